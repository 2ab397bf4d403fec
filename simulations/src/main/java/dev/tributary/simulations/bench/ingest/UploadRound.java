package dev.tributary.simulations.bench.ingest;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.security.Sha256;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.simulations.bench.CoordinatorProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.DoubleAccumulator;

/**
 * One round without masks on a coordinator in a process of its own, and devices that have their
 * place in it and the same update to send. Used by one thread.
 */
final class UploadRound {
  private static final int CLASSES = 10;
  private static final int UPLOADS_A_LOOK = 20;
  private static final PopulationName POPULATION = new PopulationName("bench");

  private final CoordinatorProcess coordinator;
  private final HttpClient http;
  private final Retrier retrier;
  private final BenchOperator operator;
  private final List<IntakeDevice> devices = new ArrayList<>();
  private final RoundId round;
  private final byte[] packed;
  private final byte[] sha256;

  /**
   * Creates a task and lets all devices join its first round.
   *
   * @param inputs of a linear model of ten classes: a tenth of its dimension
   * @param bits of quantisation
   */
  UploadRound(
      CoordinatorProcess coordinator,
      HttpClient http,
      Retrier retrier,
      int deviceCount,
      long inputs,
      int bits)
      throws Exception {
    this.coordinator = coordinator;
    this.http = http;
    this.retrier = retrier;
    this.operator = BenchOperator.of(coordinator, http);
    operator.createPopulation(POPULATION);
    operator.ask("/api/v1/tasks", task(deviceCount, inputs, bits));
    BearerToken token = operator.createToken(POPULATION, deviceCount);
    var random = new SecureRandom();
    for (int i = 0; i < deviceCount; i++) {
      devices.add(new IntakeDevice(http, coordinator.uri(), POPULATION, random));
    }
    this.round = all(devices, device -> device.join(token)).getFirst();
    var manifest = all(devices.subList(0, 1), device -> device.manifest(round)).getFirst();
    this.packed = update(manifest.quantization());
    this.sha256 = Sha256.of(packed);
  }

  /** How many inputs a linear model of ten classes needs for updates of this size at least. */
  static long inputsFor(long updateBytes, int deviceCount, int bits) {
    var unit =
        QuantizationParameters.forTraining(1, bits, Float.POSITIVE_INFINITY, 1, 1, deviceCount);
    long residues = Math.ceilDiv(updateBytes * 8, unit.ringBits());
    return Math.ceilDiv(residues - CLASSES - 1, (long) CLASSES);
  }

  /** How many inputs a linear model of ten classes needs for this dimension. */
  static long inputsForDimension(long dimension) {
    return Math.max(1, (dimension - CLASSES) / CLASSES);
  }

  private static String task(int deviceCount, long inputs, int bits) {
    return String.format(
        Locale.ROOT,
        """
        {"name":"ingest","population":"%s",
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
        bits,
        deviceCount,
        deviceCount);
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

  /** Of an update. */
  int updateBytes() {
    return packed.length;
  }

  /**
   * The devices in this range upload; returns when all of them have their receipts.
   *
   * @param peak takes the coordinator's heap in MiB after each of them
   */
  void upload(int from, int to, DoubleAccumulator peak) throws IOException, InterruptedException {
    all(
        devices.subList(from, to),
        device -> {
          device.upload(round, packed, sha256);
          peak.accumulate(coordinator.heapMebibytes());
          return packed.length;
        });
  }

  /** As {@link #upload}, for all, looking at the heap only now and then. */
  void uploadAll(DoubleAccumulator peak) throws IOException, InterruptedException {
    var uploaded = new AtomicInteger();
    all(
        devices,
        device -> {
          device.upload(round, packed, sha256);
          if (uploaded.incrementAndGet() % UPLOADS_A_LOOK == 0) {
            peak.accumulate(coordinator.heapMebibytes());
          }
          return packed.length;
        });
  }

  private interface Work<T> {
    T of(IntakeDevice device) throws Exception;
  }

  private <T> List<T> all(List<IntakeDevice> some, Work<T> work)
      throws IOException, InterruptedException {
    List<CompletableFuture<T>> running =
        some.stream().map(device -> retrier.until(() -> work.of(device))).toList();
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
  String outcome() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(coordinator.uri().resolve("/api/v1/rounds/" + round + "/events"))
            .header("Authorization", operator.authorization())
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
}
