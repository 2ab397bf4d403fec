package dev.tributary.client;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.store.FileSessionStore;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.testing.Fault;
import dev.tributary.client.testing.MaskingCoordinator;
import dev.tributary.client.testing.StepTrainer;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.client.train.UpdateBuilder;
import dev.tributary.client.transport.Transport;
import dev.tributary.security.identity.DeviceKeyPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Real clients in one round of a coordinator within the process, each with a folder of its own. */
final class MaskedRound implements AutoCloseable {

  static final int DEVICES = 5;

  private static final long PATIENCE_SECONDS = 60;

  final MaskingCoordinator coordinator;
  private final Path folder;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  MaskedRound(Path folder, MaskingCoordinator coordinator) {
    this.folder = folder;
    this.coordinator = coordinator;
  }

  /** The identity of a device; also while its folder is in use. */
  DeviceId idOf(int device) {
    try {
      return DeviceId.of(
          DeviceKeyPair.load(folderOf(device).resolve("device-key.pem")).publicKey());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path folderOf(int device) {
    return folder.resolve("device-" + device);
  }

  /** The files of a device's folder in which something of a round is kept. */
  static List<String> keptOfARound(Path state) throws IOException {
    List<String> kept = new ArrayList<>();
    Path key = state.resolve("step-key");
    boolean erased =
        !Files.exists(key)
            || Arrays.equals(Arrays.copyOf(Files.readAllBytes(key), 32), new byte[32]);
    try (var files = Files.list(state)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        boolean ofNoRound = List.of("device-key.pem", "lock", "models", "session").contains(name);
        boolean ofItsStep = name.equals("step-key") || name.equals("step.sealed");
        if (!ofNoRound && !(ofItsStep && erased)) {
          kept.add(name);
        }
      }
    }
    return kept;
  }

  /** A device that expects a cheating coordinator takes part with confirmation only. */
  private PrivacyLimits limits() {
    PrivacyLimits limits = PrivacyLimits.defaults().withMinimumCohort(3);
    return coordinator.confirms()
        ? limits
        : limits.withAssumptions(Adversary.SEMI_HONEST, 50_000, 40);
  }

  FederatedClientBuilder device(int device) {
    return FederatedClient.builder()
        .coordinator(URI.create("https://coordinator.example"))
        .population(StubCoordinator.POPULATION.text())
        .enrolmentToken(coordinator.enrolmentToken())
        .stateDirectory(folderOf(device))
        .trainer(new StepTrainer(20))
        .transport(coordinator)
        .randomness(DeviceRandomness.insecureSeeded(device))
        .privacyPolicy(limits())
        .clock(new ImpatientClock());
  }

  /** Real time, but pauses between attempts are not worth a test's time. */
  private static final class ImpatientClock implements DeviceClock {
    @Override
    public Instant now() {
      return Instant.now();
    }

    @Override
    public long monotonicNanos() {
      return System.nanoTime();
    }

    @Override
    public void pause(Duration duration) throws InterruptedException {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  /** How one device ended: with an outcome, or killed. */
  Future<Optional<ParticipationOutcome>> start(int device) {
    return start(device(device));
  }

  Future<Optional<ParticipationOutcome>> start(FederatedClientBuilder builder) {
    Callable<Optional<ParticipationOutcome>> life =
        () -> {
          try (FederatedClient client = builder.build()) {
            return Optional.of(client.participate());
          } catch (Fault.Killed killed) {
            return Optional.empty();
          }
        };
    return threads.submit(life);
  }

  Future<Optional<ParticipationOutcome>> start(int device, UnaryOperator<Transport> fault) {
    return start(device(device).transport(fault.apply(coordinator)));
  }

  SessionStore storeOf(int device) {
    return FileSessionStore.open(folderOf(device));
  }

  List<Future<Optional<ParticipationOutcome>>> startOthers() {
    List<Future<Optional<ParticipationOutcome>>> others = new ArrayList<>();
    for (int device = 1; device < DEVICES; device++) {
      others.add(start(device));
    }
    return others;
  }

  static <T> T end(Future<T> future) throws Exception {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw new AssertionError("a device failed", failed.getCause());
    }
  }

  /** What these devices' updates add up to without any mask. */
  static AggregateSum plainSum(int... devices) throws Exception {
    RoundManifest manifest = StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);
    RoundProtocol plain = RoundProtocol.of(ProtocolKind.PLAIN);
    MaskedAccumulator sum = plain.newAccumulator(manifest.quantization());
    for (int device : devices) {
      sum.add(new MaskedUpdate(manifest.quantization(), plainUpdate(device)).source());
    }
    return plain.unmasker(manifest.quantization(), List.of(), 1).unmask(sum.sum());
  }

  /** What a device would send without any mask. */
  static byte[] plainUpdate(int device) throws Exception {
    RoundManifest manifest = StubCoordinator.trainingManifest(StubCoordinator.MODEL_FILE);
    var seeds = DeviceRandomness.insecureSeeded(device).seedsFor(manifest.roundId());
    return new UpdateBuilder(new StepTrainer(20))
        .build(manifest, StubCoordinator.MODEL, seeds)
        .masked()
        .packed();
  }

  static long[] lanes(AggregateSum sum) {
    long[] lanes = new long[sum.length()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = sum.at(i);
    }
    return lanes;
  }

  long calls(String methodAndStep, DeviceId device) {
    return coordinator.calls().stream().filter((methodAndStep + " " + device)::equals).count();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("a device does not end when it is interrupted");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
