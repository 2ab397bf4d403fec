package dev.tributary.simulations.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.security.Sha256;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
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

  private static final int CLASSES = 10;
  private static final int BITS = 16;
  private static final double MEBIBYTE = 1 << 20;
  private static final Duration TURNED_AWAY_LIMIT = Duration.ofMinutes(5);
  private static final PopulationName POPULATION = new PopulationName("bench");

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

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SecureRandom random = new SecureRandom();

  @Override
  public Integer call() throws Exception {
    if (uploads < 1) {
      throw new ParameterException(
          spec.commandLine(), "--uploads: expected at least 1, found " + uploads);
    }
    Path folder = Files.createTempDirectory("tributary-bench-intake");
    try (CoordinatorProcess coordinator = CoordinatorProcess.start(folder, heapMebibytes);
        ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      try {
        return measure(coordinator, new Retrier(threads, TURNED_AWAY_LIMIT));
      } finally {
        threads.shutdownNow(); // after a failure nobody tries any more
      }
    } finally {
      delete(folder);
    }
  }

  private int measure(CoordinatorProcess coordinator, Retrier retrier) throws Exception {
    PrintWriter progress = json.progressWriter(spec);
    String admin =
        new String(
                OwnerOnlyFile.read(coordinator.adminTokenFile(), 1024), StandardCharsets.US_ASCII)
            .strip();
    ask(coordinator, admin, "/api/v1/populations", "{\"name\":\"" + POPULATION + "\"}");
    ask(coordinator, admin, "/api/v1/tasks", task());
    BearerToken token =
        BearerToken.of(
            ask(
                    coordinator,
                    admin,
                    "/api/v1/tokens",
                    "{\"population\":\""
                        + POPULATION
                        + "\",\"uses\":"
                        + uploads
                        + ",\"expiresInSeconds\":3600}")
                .path("token")
                .asText());
    List<IntakeDevice> devices = new ArrayList<>();
    for (int i = 0; i < uploads; i++) {
      devices.add(new IntakeDevice(http, coordinator.uri(), POPULATION, random));
    }
    progress.println(
        "coordinator with " + heapMebibytes + " MiB of heap; " + uploads + " devices join a round");
    List<RoundId> rounds = all(retrier, devices, device -> device.join(token));
    RoundManifest manifest =
        all(retrier, devices.subList(0, 1), device -> device.manifest(rounds.getFirst()))
            .getFirst();
    byte[] packed = update(manifest.quantization());
    progress.printf(
        Locale.ROOT,
        "each uploads %.2f MiB, %d at a time%n",
        packed.length / MEBIBYTE,
        connections);
    DoubleAccumulator peak = new DoubleAccumulator(Math::max, 0);
    int first = Math.min(Math.max(1, uploads / 10), uploads - 1); // the last one comes alone
    long startedNanos = System.nanoTime();
    upload(retrier, devices.subList(0, first), rounds, packed, coordinator, peak);
    double liveAtTenth = coordinator.liveHeapMebibytes();
    upload(retrier, devices.subList(first, uploads - 1), rounds, packed, coordinator, peak);
    double liveAtEnd =
        coordinator.liveHeapMebibytes(); // one upload is missing: the round is still open
    upload(retrier, devices.subList(uploads - 1, uploads), rounds, packed, coordinator, peak);
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    String outcome = outcome(coordinator, admin, rounds.getFirst());
    report(packed.length, seconds, peak.get(), liveAtTenth, liveAtEnd, outcome);
    return outcome.equals("Published") ? 0 : 1;
  }

  /** A linear model whose update is at least as large as asked for. */
  private String task() {
    QuantizationParameters unit =
        QuantizationParameters.forTraining(1, BITS, Float.POSITIVE_INFINITY, 1, 1, uploads);
    long residues = Math.ceilDiv((long) mebibytes * (1 << 20) * 8, unit.ringBits());
    long inputs = Math.ceilDiv(residues - CLASSES - 1, (long) CLASSES);
    return String.format(
        Locale.ROOT,
        """
        {"name":"intake","population":"%s",
         "model":{"format":"tributary-model/1","input":[%d],"layers":[{"type":"linear","units":%d}],
                  "loss":"softmax-cross-entropy","classes":%d},
         "quantization":{"bits":%d,"maxExamples":1},
         "protocol":"plain","cohort":{"target":%d,"overSelection":1.0,"minimum":%d},
         "deadlines":{"selectionSeconds":600,"reportingSeconds":3600},
         "pace":{"floorSeconds":0,"slotSeconds":1},
         "until":{"rounds":1}}
        """,
        POPULATION,
        inputs,
        CLASSES,
        CLASSES,
        BITS,
        uploads,
        uploads);
  }

  /**
   * Residues of zero, except for a weight of one step, so that there is something to take the mean
   * of.
   */
  private static byte[] update(QuantizationParameters quantization) {
    byte[] packed = new byte[Math.toIntExact(quantization.packedBytes())];
    long weightBit = (long) (quantization.vectorLength() - 1) * quantization.ringBits();
    packed[(int) (weightBit / 8)] |= (byte) (1 << weightBit % 8);
    return packed;
  }

  private void upload(
      Retrier retrier,
      List<IntakeDevice> devices,
      List<RoundId> rounds,
      byte[] packed,
      CoordinatorProcess coordinator,
      DoubleAccumulator peak)
      throws IOException, InterruptedException {
    byte[] sha256 = Sha256.of(packed);
    all(
        retrier,
        devices,
        device -> {
          device.upload(rounds.getFirst(), packed, sha256);
          peak.accumulate(coordinator.heapMebibytes());
          return packed.length;
        });
  }

  private interface Work<T> {
    T of(IntakeDevice device) throws Exception;
  }

  private static <T> List<T> all(Retrier retrier, List<IntakeDevice> devices, Work<T> work)
      throws IOException, InterruptedException {
    List<CompletableFuture<T>> running =
        devices.stream().map(device -> retrier.until(() -> work.of(device))).toList();
    List<T> results = new ArrayList<>();
    for (CompletableFuture<T> each : running) {
      try {
        results.add(each.get());
      } catch (ExecutionException e) {
        throw new IOException("a device failed: " + e.getCause(), e);
      }
    }
    return results;
  }

  /** The state the round ends in, after its model is made. */
  private String outcome(CoordinatorProcess coordinator, String admin, RoundId round)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(coordinator.uri().resolve("/api/v1/rounds/" + round + "/events"))
            .header("Authorization", "Bearer " + admin)
            .build();
    String last =
        http.send(request, BodyHandlers.ofLines())
            .body()
            .filter(line -> line.startsWith("data: "))
            .reduce((before, after) -> after)
            .orElse("data: {}");
    return new ObjectMapper()
        .readTree(last.substring("data: ".length()))
        .path("state")
        .asText("unknown");
  }

  private JsonNode ask(CoordinatorProcess coordinator, String admin, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(coordinator.uri().resolve(path))
                .header("Authorization", "Bearer " + admin)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new IOException(path + " was answered " + answer.statusCode() + ": " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
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

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
