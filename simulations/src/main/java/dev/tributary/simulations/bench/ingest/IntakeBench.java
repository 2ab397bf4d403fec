package dev.tributary.simulations.bench.ingest;

import dev.tributary.simulations.bench.CoordinatorProcess;
import dev.tributary.simulations.output.JsonOption;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.DoubleAccumulator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench intake}: many large uploads into one round of a coordinator with a small heap. */
@Command(
    name = "intake",
    description = {
      "Starts a coordinator with a heap of its own and lets many devices upload into one round at"
          + " once.",
      "Succeeds when the round publishes a model. The live heap (after a full collection) is"
          + " measured after a",
      "tenth of the uploads and after all of them: it must not grow with their number."
    },
    mixinStandardHelpOptions = true)
public final class IntakeBench implements Callable<Integer> {

  private static final int BITS = 16;
  private static final double MEBIBYTE = 1 << 20;
  private static final Duration TURNED_AWAY_LIMIT = Duration.ofMinutes(5);

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--uploads",
      description = "Devices, one upload each (default: ${DEFAULT-VALUE}).")
  private int uploads = 500;

  @Option(names = "--mebibytes", description = "Size of an upload (default: ${DEFAULT-VALUE}).")
  private int mebibytes = 4;

  @Option(
      names = "--heap",
      description = "Heap of the coordinator in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMebibytes = 256;

  @Option(
      names = "--connections",
      description = "Uploads at the same time (default: ${DEFAULT-VALUE}).")
  private int connections = 32;

  @Override
  public Integer call() throws Exception {
    if (uploads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--uploads: expected at least 1, found " + uploads);
    }
    Path folder = Files.createTempDirectory("tributary-bench-intake");
    try (CoordinatorProcess coordinator = CoordinatorProcess.start(folder, heapMebibytes);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      try {
        return measure(coordinator, http, new Retrier(threads, TURNED_AWAY_LIMIT));
      } finally {
        threads.shutdownNow(); // after a failure nobody tries any more
      }
    } finally {
      ScratchFolder.delete(folder);
    }
  }

  private int measure(CoordinatorProcess coordinator, HttpClient http, Retrier retrier)
      throws Exception {
    PrintWriter progress = json.progressWriter(spec);
    progress.println(
        "coordinator with " + heapMebibytes + " MiB of heap; " + uploads + " devices join a round");
    long inputs = UploadRound.inputsFor((long) mebibytes << 20, uploads, BITS);
    var round = new UploadRound(coordinator, http, retrier, uploads, inputs, BITS);
    progress.printf(
        Locale.ROOT,
        "each uploads %.2f MiB, %d at a time%n",
        round.updateBytes() / MEBIBYTE,
        connections);
    DoubleAccumulator peak = new DoubleAccumulator(Math::max, 0);
    int first = Math.min(Math.max(1, uploads / 10), uploads - 1); // the last one comes alone
    long startedNanos = System.nanoTime();
    round.upload(0, first, peak);
    double liveAtTenth = coordinator.liveHeapMebibytes();
    round.upload(first, uploads - 1, peak);
    double liveAtEnd =
        coordinator.liveHeapMebibytes(); // one upload is missing: the round is still open
    round.upload(uploads - 1, uploads, peak);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    String outcome = round.outcome();
    report(round.updateBytes(), seconds, peak.get(), liveAtTenth, liveAtEnd, outcome);
    return outcome.equals("Published") ? 0 : 1;
  }

  private void report(
      int uploadBytes,
      double seconds,
      double peak,
      double liveAtTenth,
      double liveAtEnd,
      String outcome) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("uploads", uploads);
    fields.put("uploadBytes", uploadBytes);
    fields.put("heapLimitMiB", heapMebibytes);
    fields.put("seconds", seconds);
    fields.put("MBps", (double) uploadBytes * uploads / seconds / 1e6);
    fields.put("peakHeapMiB", peak);
    fields.put("liveHeapMiBAfterTenth", liveAtTenth);
    fields.put("liveHeapMiBAfterAll", liveAtEnd);
    fields.put("outcome", outcome);
    json.print(
        spec,
        fields,
        out -> {
          out.printf(
              Locale.ROOT,
              "%d uploads in %.1f s, %.0f MB/s; round %s%n",
              uploads,
              seconds,
              (double) uploadBytes * uploads / seconds / 1e6,
              outcome);
          out.printf(
              Locale.ROOT,
              "heap: peak %.0f MiB of %d; live %.1f MiB after a tenth, %.1f MiB after all%n",
              peak,
              heapMebibytes,
              liveAtTenth,
              liveAtEnd);
        });
  }
}
