package dev.tributary.simulations.recovery;

import java.io.IOException;

/** Signals that Java itself cannot send to a process. */
final class Signals {

  private Signals() {}

  /** Sends it, such as {@code STOP}, with the program {@code kill} that every POSIX system has. */
  static void send(String signal, Process process) throws IOException, InterruptedException {
    int failed =
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (failed != 0) {
      throw new IOException("process " + process.pid() + " does not take SIG" + signal);
    }
  }
}
