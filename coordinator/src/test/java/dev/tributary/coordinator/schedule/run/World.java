package dev.tributary.coordinator.schedule.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.EvaluationEncoding;
import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.coordinator.intake.VerifiedUploads;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.SimulatedTimeline;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import dev.tributary.coordinator.schedule.work.RoundThreads;
import dev.tributary.coordinator.store.sqlite.Database;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A scheduler on a real database with a clock of its own, and devices that speak to its desks. */
final class World implements AutoCloseable {
  static final PopulationName POPULATION = new PopulationName("pens");
  static final TaskName TASK = new TaskName("digits");
  private static final String MODEL =
      """
      {"format":"tributary-model/1","input":[2],"layers":[{"type":"linear","units":2}],
       "loss":"softmax-cross-entropy","classes":2}\
      """;

  final SimulatedTimeline timeline = new SimulatedTimeline();
  final Path directory;
  final BlockingQueue<RoundProgress> progress = new LinkedBlockingQueue<>();
  private final ModelEvaluator evaluator;
  private final CheckpointPolicy checkpoints;
  private final DeviceAuthority authority;
  private Database database;
  private Scheduler scheduler;

  World(Path directory) {
    this(directory, ModelEvaluator.none());
  }

  World(Path directory, ModelEvaluator evaluator) {
    this(directory, evaluator, new CheckpointPolicy(true, 1, Duration.ZERO));
  }

  World(Path directory, ModelEvaluator evaluator, CheckpointPolicy checkpoints) {
    this.directory = directory;
    this.checkpoints = checkpoints;
    this.evaluator = evaluator;
    this.database = Database.open(directory, timeline.now());
    this.authority = authority(directory, timeline.now());
    this.scheduler = open();
  }

  private static DeviceAuthority authority(Path directory, Instant now) {
    try {
      return DeviceAuthority.open(directory, new SecureRandom(), now);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Scheduler open() {
    var opened =
        Scheduler.open(
            new Scheduler.Setup(
                database,
                directory,
                Disk.ofMachine(),
                authority,
                evaluator,
                RoundThreads.ofMachine(),
                timeline,
                new SimpleMeterRegistry(),
                checkpoints,
                Duration.ZERO));
    opened.operators().watch(progress::add);
    return opened;
  }

  /**
   * Stops without ending anything, as a killed process does, and starts again on the same folder.
   */
  void crashAndRestart() {
    database.close();
    database = Database.open(directory, timeline.now());
    scheduler = open();
  }

  void stopAndRestart() {
    scheduler.close();
    crashAndRestart();
  }

  Database database() {
    return database;
  }

  DeviceDesk devices() {
    return scheduler.devices();
  }

  OperatorDesk operators() {
    return scheduler.operators();
  }

  Scheduler scheduler() {
    return scheduler;
  }

  static TaskConfig config(String more) {
    return config(TASK.text(), more);
  }

  static TaskConfig config(String name, String more) {
    return TaskConfig.parse(
        """
        name: %s
        population: pens
        model: %s
        seed: 7
        deadlines: {selectionSeconds: 10, reportingSeconds: 60}
        pace: {floorSeconds: 0, slotSeconds: 0.01}
        protocol: plain
        %s
        """
            .formatted(name, MODEL, more));
  }

  void create(TaskConfig config) {
    if (get(operators().populations()).isEmpty()) {
      get(operators().createPopulation(POPULATION));
    }
    get(operators().createTask(config));
  }

  static DeviceId device(int number) {
    // spread over the id space, as hashes of keys are
    return new DeviceId("%08x%024x".formatted(number * 0x9e3779b1, number));
  }

  static UploadId uploadId(int number) {
    return new UploadId("%032x".formatted(number));
  }

  CheckInAnswer checkIn(int device) {
    return get(devices().checkIn(device(device), checkInOf(10)));
  }

  static CheckIn checkInOf(int exampleCount) {
    return new CheckIn(
        POPULATION, new SdkVersion(1, 0, 0), exampleCount, Map.of("os", "linux"), List.of("java"));
  }

  RoundId assigned(int device) {
    var answer = checkIn(device);
    assertThat(answer).isInstanceOf(CheckInAnswer.Assigned.class);
    return ((CheckInAnswer.Assigned) answer).roundId();
  }

  String refusedPlace(int device) {
    var answer = checkIn(device);
    assertThat(answer).isInstanceOf(CheckInAnswer.ComeBack.class);
    return ((CheckInAnswer.ComeBack) answer).reasonCode();
  }

  RoundManifest manifest(int device, RoundId round) {
    return get(devices().manifest(device(device), round, Duration.ofSeconds(30))).orElseThrow();
  }

  /** An update whose every coordinate is {@code steps} quantisation steps, with full weight. */
  static byte[] packed(QuantizationParameters parameters, int steps) {
    int[] lanes = new int[parameters.vectorLength()];
    Arrays.fill(lanes, (int) parameters.centre() + steps);
    lanes[parameters.parameters()] = (int) parameters.maxLane();
    return RoundProtocol.of(ProtocolKind.PLAIN)
        .masker(parameters, List.of())
        .mask(new QuantizedUpdate(parameters, lanes))
        .packed();
  }

  static VerifiedUpload upload(int device, RoundId round, UploadId id, byte[] packed) {
    return VerifiedUploads.of(device(device), round, id, sha256(packed), PackedSource.of(packed));
  }

  UploadReceipt report(int device, RoundId round, int steps) {
    var parameters = manifest(device, round).quantization();
    return get(devices().count(upload(device, round, uploadId(device), packed(parameters, steps))));
  }

  /**
   * Checks devices in until all of them are in one round of this task; other tasks' places are
   * given back.
   */
  RoundId evaluationRound(TaskName task, int... devices) {
    @Nullable RoundId found = null;
    for (int device : devices) {
      RoundId round = assigned(device);
      while (!round.task().equals(task)) {
        get(
            devices()
                .reportFailure(
                    device(device), round, FailureReport.of(DeviceFailure.REFUSED_BY_POLICY, "")));
        round = assigned(device);
      }
      found = round;
    }
    assertThat(found).isNotNull();
    return Objects.requireNonNull(found);
  }

  /** Sends a confusion matrix of two classes. */
  UploadReceipt evaluate(int device, RoundId round, long[] confusion) {
    var parameters = manifest(device, round).quantization();
    var evaluation =
        new Evaluation(Arrays.stream(confusion).sum(), 2.5, ConfusionMatrix.of(2, confusion));
    byte[] packed =
        RoundProtocol.of(ProtocolKind.PLAIN)
            .masker(parameters, List.of())
            .mask(EvaluationEncoding.encode(evaluation, parameters))
            .packed();
    return get(devices().count(upload(device, round, uploadId(device), packed)));
  }

  RoundResult result(int device, RoundId round) {
    return get(devices().result(device(device), round, Duration.ofSeconds(30)));
  }

  /** Waits until a round shows this progress, and gives it. */
  RoundProgress awaitProgress(Predicate<RoundProgress> wanted) {
    try {
      while (true) {
        var next = progress.poll(60, TimeUnit.SECONDS);
        assertThat(next).as("progress within 60 s").isNotNull();
        if (next != null && wanted.test(next)) {
          return next;
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static <T> T get(Future<T> future) {
    try {
      return future
          .toCompletionStage()
          .toCompletableFuture()
          .orTimeout(60, TimeUnit.SECONDS)
          .join();
    } catch (CompletionException e) {
      throw new AssertionError("failed: " + e.getCause(), e.getCause());
    }
  }

  static RejectReason refusal(Future<?> future) {
    Optional<Throwable> failure;
    try {
      future.toCompletionStage().toCompletableFuture().orTimeout(60, TimeUnit.SECONDS).join();
      failure = Optional.empty();
    } catch (CompletionException e) {
      failure = Optional.ofNullable(e.getCause());
    }
    assertThat(failure).containsInstanceOf(RejectedException.class);
    return ((RejectedException) failure.orElseThrow()).reason();
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    scheduler.close();
    database.close();
  }
}
