package dev.tributary.simulations.bench.secagg;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * This benchmark in a process of its own, so that its heap is limited and what the figures say of
 * it is no accident of a machine with much memory.
 */
final class MeasuringProcess {

  private MeasuringProcess() {}

  /** Runs it with the arguments of {@code bench secagg} and hands its output on; the exit code. */
  static int run(int heapMebibytes, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tributary.simulations.cli.Tributary",
                "bench",
                "secagg",
                "--in-process"));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).inheritIO().start();
    Thread end = new Thread(process::destroy);
    Runtime.getRuntime().addShutdownHook(end);
    try {
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }
}
