package dev.tributary.simulations.bench.download;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.simulations.bench.CoordinatorProcess;
import dev.tributary.simulations.bench.ingest.BenchOperator;
import dev.tributary.simulations.bench.ingest.IntakeDevice;
import dev.tributary.simulations.bench.ingest.ScratchFolder;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench download}: one published version to many devices at once. */
@Command(
    name = "download",
    description = {
      "Many devices fetch one published version at once, each over a connection and with a session"
          + " of its own: from a",
      "coordinator, where it is a target of the signed metadata, and from a server that does nothing"
          + " but let the operating",
      "system send the file. Each in a process of its own, by turns, several times; the best of each"
          + " counts."
    },
    mixinStandardHelpOptions = true)
public final class DownloadBench implements Callable<Integer> {

  private static final PopulationName POPULATION = new PopulationName("bench");
  private static final int ENTERING = 32;
  private static final double MEGABYTE = 1e6;

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--devices",
      description = "Devices that fetch at the same time (default: ${DEFAULT-VALUE}).")
  private int devices = 1000;

  @Option(
      names = "--dimension",
      description = "Of the model, 4 bytes each (default: ${DEFAULT-VALUE}).")
  private long dimension = 1_650_000;

  @Option(names = "--heap", description = "Heap of each server in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMebibytes = 256;

  @Option(names = "--repeats", description = "Runs of each (default: ${DEFAULT-VALUE}).")
  private int repeats = 3;

  @Override
  public Integer call() throws Exception {
    require("--devices", devices);
    require("--dimension", dimension);
    require("--repeats", repeats);
    Path folder = Files.createTempDirectory("tributary-bench-download");
    try (var coordinator = CoordinatorProcess.start(folder, heapMebibytes);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var operator = BenchOperator.of(coordinator, http);
      var target = PublishedTarget.publish(operator, folder, POPULATION, dimension, 2 * devices);
      List<String> sessions = sessions(coordinator, operator, http);
      target.requireServed(http, coordinator.uri(), "Bearer " + sessions.getFirst());
      return measure(
          coordinator,
          target,
          sessions.stream().map(session -> "Authorization: Bearer " + session).toList());
    } finally {
      ScratchFolder.delete(folder);
    }
  }

  private void require(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected at least 1, found " + value);
    }
  }

  private List<String> sessions(
      CoordinatorProcess coordinator, BenchOperator operator, HttpClient http) throws Exception {
    BearerToken token = operator.createToken(POPULATION, devices);
    var random = new SecureRandom();
    List<Future<String>> entering = new ArrayList<>();
    List<String> opened = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(ENTERING)) {
      for (int i = 0; i < devices; i++) {
        var device = new IntakeDevice(http, coordinator.uri(), POPULATION, random);
        entering.add(threads.submit(() -> device.enter(token)));
      }
      for (Future<String> session : entering) {
        opened.add(session.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("a device could not enter: " + e.getCause(), e);
    }
    return opened;
  }

  private int measure(CoordinatorProcess coordinator, PublishedTarget served, List<String> sessions)
      throws IOException, InterruptedException {
    PrintWriter progress = json.progressWriter(spec);
    List<Double> bare = new ArrayList<>();
    List<Double> whole = new ArrayList<>();
    double peakHeap = 0;
    try (var server = SendfileServer.Running.start(served.file(), heapMebibytes)) {
      var bareDownloads = new Downloads(server.uri(), served.bytes());
      var downloads = new Downloads(coordinator.uri(), served.bytes());
      bareDownloads.run("/", sessions.subList(0, 1)); // its code is loaded, as the coordinator's is
      for (int run = 1; run <= repeats; run++) {
        bare.add(megabytesPerSecond(served, bareDownloads.run("/", sessions)));
        whole.add(megabytesPerSecond(served, downloads.run(served.path(), sessions)));
        peakHeap = Math.max(peakHeap, coordinator.heapMebibytes());
        progress.printf(
            Locale.ROOT,
            "run %d of %d: sendfile alone %.0f MB/s, coordinator %.0f MB/s%n",
            run,
            repeats,
            bare.getLast(),
            whole.getLast());
        progress.flush();
      }
    }
    report(served, Collections.max(bare), Collections.max(whole), peakHeap);
    return 0;
  }

  private double megabytesPerSecond(PublishedTarget served, double seconds) {
    return served.bytes() * (double) devices / seconds / MEGABYTE;
  }

  private void report(PublishedTarget served, double bare, double whole, double peakHeap) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("devices", devices);
    fields.put("path", served.path());
    fields.put("modelBytes", served.bytes());
    fields.put("repeats", repeats);
    fields.put("bareMBps", bare);
    fields.put("servedMBps", whole);
    fields.put("servedToBare", whole / bare);
    fields.put("heapLimitMiB", heapMebibytes);
    fields.put("peakHeapMiB", peakHeap);
    json.print(
        spec,
        fields,
        out ->
            out.printf(
                Locale.ROOT,
                "%d devices at once, %.2f MB each: %.0f MB/s; a server that only sends the file"
                    + " %.0f MB/s; ratio %.2f; heap peak %.0f MiB of %d%n",
                devices,
                served.bytes() / MEGABYTE,
                whole,
                bare,
                whole / bare,
                peakHeap,
                heapMebibytes));
  }
}
