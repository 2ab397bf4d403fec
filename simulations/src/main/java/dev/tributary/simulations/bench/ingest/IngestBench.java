package dev.tributary.simulations.bench.ingest;

import dev.tributary.simulations.bench.CoordinatorProcess;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.DoubleAccumulator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench ingest}: what durable acknowledgement costs. */
@Command(
    name = "ingest",
    description = {
      "Uploads of many devices into one round: with an acknowledgement that a crash cannot undo,"
          + " without, and",
      "into a server that throws them away. Each in a process of its own, one after the other,"
          + " several times;",
      "the best of each counts."
    },
    mixinStandardHelpOptions = true)
public final class IngestBench implements Callable<Integer> {

  private static final int BITS = 16;
  private static final Duration TURNED_AWAY_LIMIT = Duration.ofMinutes(5);

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--devices",
      description = "Devices, one upload each (default: ${DEFAULT-VALUE}).")
  private int devices = 1000;

  @Option(names = "--dimension", description = "Of the model (default: ${DEFAULT-VALUE}).")
  private long dimension = 1_000_000;

  @Option(names = "--heap", description = "Heap of each server in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMebibytes = 256;

  @Option(
      names = "--connections",
      description = "Uploads at the same time (default: ${DEFAULT-VALUE}).")
  private int connections = 32;

  @Option(names = "--repeats", description = "Runs of each (default: ${DEFAULT-VALUE}).")
  private int repeats = 3;

  private final DoubleAccumulator peakHeap = new DoubleAccumulator(Math::max, 0);
  private int updateBytes;

  @Override
  public Integer call() throws Exception {
    require("--devices", devices);
    require("--dimension", dimension);
    require("--connections", connections);
    require("--repeats", repeats);
    PrintWriter progress = json.progressWriter(spec);
    List<Double> sink = new ArrayList<>();
    List<Double> plain = new ArrayList<>();
    List<Double> durable = new ArrayList<>();
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      var retrier = new Retrier(threads, TURNED_AWAY_LIMIT);
      for (int run = 1; run <= repeats; run++) {
        plain.add(coordinator(http, retrier, "checkpoints.enabled=false"));
        sink.add(sink(http, retrier));
        durable.add(coordinator(http, retrier, "checkpoints.enabled=true"));
        progress.printf(
            Locale.ROOT,
            "run %d of %d: sink %.0f MB/s, plain %.0f MB/s, durable %.0f MB/s%n",
            run,
            repeats,
            sink.getLast(),
            plain.getLast(),
            durable.getLast());
        progress.flush();
      }
      threads.shutdownNow();
    }
    report(best(sink), best(plain), best(durable));
    return 0;
  }

  private void require(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected at least 1, found " + value);
    }
  }

  private static double best(List<Double> runs) {
    return runs.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }

  /** MB/s from the first byte to the last receipt. */
  private double coordinator(HttpClient http, Retrier retrier, String setting) throws Exception {
    Path folder = Files.createTempDirectory("tributary-bench-ingest");
    try (var coordinator = CoordinatorProcess.start(folder, heapMebibytes, setting)) {
      long inputs = UploadRound.inputsForDimension(dimension);
      var round = new UploadRound(coordinator, http, retrier, devices, inputs, BITS);
      updateBytes = round.updateBytes();
      long startedNanos = System.nanoTime();
      round.uploadAll(peakHeap);
      double seconds = (System.nanoTime() - startedNanos) / 1e9;
      String outcome = round.outcome();
      if (!outcome.equals("Published")) {
        throw new IOException("the round ended " + outcome);
      }
      return (double) updateBytes * devices / seconds / 1e6;
    } finally {
      ScratchFolder.delete(folder);
    }
  }

  private double sink(HttpClient http, Retrier retrier) throws Exception {
    byte[] body = new byte[updateBytes];
    try (var server = SinkServer.Running.start(heapMebibytes)) {
      var request =
          HttpRequest.newBuilder(server.uri()).PUT(BodyPublishers.ofByteArray(body)).build();
      long startedNanos = System.nanoTime();
      List<CompletableFuture<Integer>> running = new ArrayList<>();
      for (int i = 0; i < devices; i++) {
        running.add(
            retrier.until(() -> http.send(request, BodyHandlers.discarding()).statusCode()));
      }
      for (var each : running) {
        if (status(each) != 200) {
          throw new IOException("the sink did not take an upload");
        }
      }
      double seconds = (System.nanoTime() - startedNanos) / 1e9;
      return (double) updateBytes * devices / seconds / 1e6;
    }
  }

  private static int status(CompletableFuture<Integer> answer)
      throws IOException, InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IOException("the sink failed: " + e.getCause(), e);
    }
  }

  private void report(double sink, double plain, double durable) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("devices", devices);
    fields.put("dimension", dimension);
    fields.put("uploadBytes", updateBytes);
    fields.put("connections", connections);
    fields.put("repeats", repeats);
    fields.put("sinkMBps", sink);
    fields.put("plainMBps", plain);
    fields.put("durableMBps", durable);
    fields.put("plainToSink", plain / sink);
    fields.put("durableToPlain", durable / plain);
    fields.put("heapLimitMiB", heapMebibytes);
    fields.put("peakHeapMiB", peakHeap.get());
    json.print(
        spec,
        fields,
        out -> {
          out.printf(
              Locale.ROOT,
              "%d uploads of %.2f MB: %.0f MB/s durable, %.0f MB/s not; a server that throws them"
                  + " away takes %.0f MB/s%n",
              devices,
              updateBytes / 1e6,
              durable,
              plain,
              sink);
          out.printf(
              Locale.ROOT,
              "durable to plain %.2f, plain to sink %.2f; heap of the coordinator: peak %.0f MiB of"
                  + " %d%n",
              durable / plain,
              plain / sink,
              peakHeap.get(),
              heapMebibytes);
        });
  }
}
