package dev.tributary.coordinator.ops;

import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.SessionDesk;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.UploadAdmission;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.security.identity.DeviceSignature;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Puts the servers in front of exactly one round in a chosen state, so that a test says what the
 * round does and looks at what HTTP makes of it. The sum is a real one.
 */
final class FixtureDesks implements Desks, DeviceDesk, OperatorDesk {

  static final RoundId ROUND = RoundId.of("digits.1");

  private record Counted(UploadId id, byte[] sha256, UploadReceipt receipt) {}

  final QuantizationParameters parameters;
  final MaskedAccumulator sum;
  final Map<ModelDigest, Path> models = new ConcurrentHashMap<>();
  final Set<ModelDigest> foreign = ConcurrentHashMap.newKeySet();
  volatile @Nullable RejectReason refusal;
  volatile List<TaskView> tasks = List.of();
  volatile Function<RoundId, Future<RoundProgress>> rounds =
      id -> rejected(RejectReason.UNKNOWN_ROUND);
  volatile @Nullable Promise<Void> holdBack;
  volatile @Nullable CountDownLatch holdClose;
  volatile @Nullable CountDownLatch holdLoop;
  final CountDownLatch loopHeld = new CountDownLatch(1);
  final CountDownLatch askedForAModel = new CountDownLatch(1);
  final AtomicInteger countCalls = new AtomicInteger();

  private final StateStore database;
  private final ModelFiles modelFiles;
  private final Map<DeviceId, Counted> counted = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Consumer<RoundProgress>> listeners =
      new ConcurrentLinkedQueue<>();

  FixtureDesks(StateStore database, Path folder, QuantizationParameters parameters) {
    this.modelFiles = ModelFiles.open(folder.resolve("models"), Disk.ofMachine());
    this.database = database;
    this.parameters = parameters;
    this.sum = RoundProtocol.of(ProtocolKind.PLAIN).newAccumulator(parameters);
  }

  int countedUploads() {
    return counted.size();
  }

  void tell(RoundProgress progress) {
    listeners.forEach(listener -> listener.accept(progress));
  }

  int listenerCount() {
    return listeners.size();
  }

  @Override
  public DeviceDesk devices() {
    return this;
  }

  @Override
  public OperatorDesk operators() {
    return this;
  }

  @Override
  public Optional<Path> modelFile(ModelDigest digest) {
    return Optional.ofNullable(models.get(digest));
  }

  @Override
  public ModelEvaluator evaluator() {
    return ModelEvaluator.none();
  }

  @Override
  public ModelFiles models() {
    return modelFiles;
  }

  /** Makes the store lose a transaction, as a disk does that fails to sync. */
  void breakStore() {
    database
        .write(
            connection -> {
              try (var statement = connection.createStatement()) {
                return statement.execute("rollback");
              }
            })
        .toCompletionStage()
        .toCompletableFuture()
        .handle((done, failure) -> true)
        .join();
  }

  @Override
  public void close() {
    awaitUnlessNull(holdClose);
  }

  private static void awaitUnlessNull(@Nullable CountDownLatch held) {
    if (held != null) {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Future<CheckInAnswer> checkIn(DeviceId device, CheckIn request) {
    return Future.succeededFuture(new CheckInAnswer.Assigned(ROUND, 1000));
  }

  @Override
  public Future<Optional<RoundManifest>> manifest(
      DeviceId device, RoundId round, Duration maxWait) {
    return Future.succeededFuture(Optional.empty());
  }

  @Override
  public Future<UploadAdmission> admitUpload(
      DeviceId device,
      RoundId round,
      UploadId upload,
      long lengthBytes,
      byte[] sha256,
      Optional<DeviceSignature> signature) {
    RejectReason reason = refusal;
    Counted known = counted.get(device);
    if (!round.equals(ROUND)) {
      return rejected(RejectReason.UNKNOWN_ROUND);
    }
    if (known != null) {
      return known.id.equals(upload) && Arrays.equals(known.sha256, sha256)
          ? Future.succeededFuture(new UploadAdmission.AlreadyCounted(known.receipt))
          : rejected(RejectReason.UPLOAD_CONFLICT);
    }
    if (reason != null) {
      return rejected(reason);
    }
    return lengthBytes == parameters.packedBytes()
        ? Future.succeededFuture(new UploadAdmission.Stage(ProtocolKind.PLAIN, parameters))
        : rejected(RejectReason.WRONG_LENGTH);
  }

  @Override
  public Future<UploadReceipt> count(VerifiedUpload upload) {
    countCalls.incrementAndGet();
    Promise<Void> waiting = holdBack;
    Future<Void> when = waiting == null ? Future.succeededFuture() : waiting.future();
    return when.compose(
        ignored -> {
          synchronized (sum) {
            try (var source = upload.source()) {
              sum.add(source);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            UploadReceipt receipt = new UploadReceipt(upload.uploadId(), true, 10, 20);
            counted.put(upload.device(), new Counted(upload.uploadId(), upload.sha256(), receipt));
            return Future.succeededFuture(receipt);
          }
        });
  }

  @Override
  public SessionDesk sessions() {
    return new FixtureSessions();
  }

  @Override
  public Future<Void> reportFailure(DeviceId device, RoundId round, FailureReport report) {
    return Future.succeededFuture();
  }

  @Override
  public Future<RoundResult> result(DeviceId device, RoundId round, Duration maxWait) {
    CountDownLatch held = holdLoop;
    if (held != null) {
      loopHeld.countDown();
      awaitUnlessNull(held);
    }
    return Future.succeededFuture(RoundResult.without(round, RoundOutcome.RUNNING, ""));
  }

  @Override
  public Future<PopulationView> createPopulation(PopulationName name) {
    return database
        .write(
            connection -> {
              try (var insert =
                  connection.prepareStatement(
                      "insert into populations(name, created_at) values (?, 0) on conflict do"
                          + " nothing")) {
                insert.setString(1, name.toString());
                return insert.executeUpdate();
              }
            })
        .map(rows -> new PopulationView(name, 0, List.of()));
  }

  @Override
  public Future<List<PopulationView>> populations() {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<ModelSpec> network(ModelDigest digest) {
    return rejected(RejectReason.BAD_CONFIGURATION);
  }

  @Override
  public Future<TaskView> createTask(TaskConfig config) {
    return rejected(RejectReason.UNKNOWN_POPULATION);
  }

  @Override
  public Future<List<TaskView>> tasks() {
    return Future.succeededFuture(tasks);
  }

  @Override
  public Future<TaskView> task(TaskName name) {
    return rejected(RejectReason.NOT_FOUND);
  }

  @Override
  public Future<TaskView> pause(TaskName name) {
    return rejected(RejectReason.NOT_FOUND);
  }

  @Override
  public Future<TaskView> resume(TaskName name) {
    return rejected(RejectReason.NOT_FOUND);
  }

  @Override
  public Future<TaskView> retrain(TaskName name, String reason) {
    return rejected(RejectReason.NOT_FOUND);
  }

  @Override
  public Future<List<RoundProgress>> rounds(Optional<TaskName> task, int limit) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<RoundProgress> round(RoundId round) {
    return rounds.apply(round);
  }

  @Override
  public Subscription watch(Consumer<RoundProgress> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public Future<List<ModelVersion>> models(
      Optional<TaskName> task, Optional<ModelRegistry.Place> after, int limit) {
    return models(task);
  }

  @Override
  public Future<Boolean> mayFetch(PopulationName population, ModelDigest digest) {
    Promise<Void> waiting = holdBack;
    Future<Void> when = waiting == null ? Future.succeededFuture() : waiting.future();
    askedForAModel.countDown();
    return when.map(ignored -> !foreign.contains(digest));
  }

  @Override
  public Future<List<ModelVersion>> models(Optional<TaskName> task) {
    return Future.succeededFuture(List.of());
  }

  @Override
  public Future<List<ModelVersion>> model(ModelDigest digest) {
    return rejected(RejectReason.NOT_FOUND);
  }

  private static <T> Future<T> rejected(RejectReason reason) {
    return Future.failedFuture(new RejectedException(reason, "the round said " + reason.code()));
  }
}
