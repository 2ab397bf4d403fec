package dev.tributary.simulations.chaos.machine;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.coordinator.access.AccessLimits;
import dev.tributary.coordinator.access.DeviceAccess;
import dev.tributary.coordinator.access.EnrolmentTokens;
import dev.tributary.coordinator.intake.UploadIntake;
import dev.tributary.coordinator.intake.UploadLimits;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import dev.tributary.coordinator.schedule.run.Scheduler;
import dev.tributary.coordinator.store.StoreException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;

/**
 * One process of the coordinator on a simulated machine: the real scheduler, intake and access, put
 * together as the program does it, without its servers. One thread at a time.
 */
public final class CoordinatorProcess {
  private static final AccessLimits ACCESS =
      new AccessLimits(Duration.ofHours(1), Duration.ofMinutes(1), 10_000);
  private static final UploadLimits UPLOADS =
      new UploadLimits(1 << 20, 1 << 20, Duration.ofMinutes(10));
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final ProcessLife life;
  private final SimulatedStore store;
  private final Scheduler scheduler;
  private final UploadIntake intake;
  private final DeviceAccess access;
  private final EnrolmentTokens tokens;

  private CoordinatorProcess(Storage storage, ProcessLife life, CheckpointPolicy checkpoints)
      throws IOException {
    this.life = life;
    var threads = new ProcessThreads(life);
    var clock = new ProcessClock(life, storage.wall());
    var random = new SecureRandom(); // of tokens and challenges only: nothing depends on its values
    var authority = StateTemplate.get().authority();
    this.store = SimulatedStore.open(storage, life);
    this.intake =
        UploadIntake.open(threads, clock::now, UPLOADS, storage.folder().resolve("stage"));
    this.scheduler =
        Scheduler.open(
            new Scheduler.Setup(
                store,
                storage.folder(),
                new SimulatedDisk(storage, life),
                authority,
                ModelEvaluator.none(),
                threads,
                clock,
                new SimpleMeterRegistry(),
                checkpoints,
                Duration.ZERO));
    scheduler.operators().watch(this::dropIfEnded);
    this.access =
        new DeviceAccess(threads, store, ACCESS, storage::wall, clock::now, random, authority);
    this.tokens = new EnrolmentTokens(store, storage::wall, random);
  }

  /**
   * Starts a process, which recovers what the one before left. Blocks, in no simulated time.
   *
   * @throws StoreException when the state cannot be opened now
   * @throws SimulatedCrash when it is killed while it starts
   */
  public static CoordinatorProcess start(
      Storage storage, ProcessLife life, CheckpointPolicy checkpoints) {
    try {
      var process = new CoordinatorProcess(storage, life, checkpoints);
      process.store.started();
      process.sweepLater();
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      life.kill();
      if (SimulatedCrash.isBehind(e)) {
        throw new SimulatedCrash();
      }
      throw e;
    }
  }

  private void dropIfEnded(RoundProgress round) {
    if (round.ended()) {
      intake.dropRound(round.round());
    }
  }

  private void sweepLater() {
    life.after(
        SWEEP,
        "sweep",
        () -> {
          intake.dropExpired();
          sweepLater();
        });
  }

  public ProcessLife life() {
    return life;
  }

  public DeviceDesk devices() {
    return scheduler.devices();
  }

  public OperatorDesk operators() {
    return scheduler.operators();
  }

  public UploadIntake intake() {
    return intake;
  }

  public DeviceAccess access() {
    return access;
  }

  public EnrolmentTokens tokens() {
    return tokens;
  }

  /** The file of a model, if it is here. */
  public Optional<Path> modelFile(ModelDigest digest) {
    return scheduler.models().find(digest);
  }

  /** Completes when the store can write no more: the process stops then. */
  public Future<StoreException> gaveUp() {
    return store.gaveUp();
  }

  /** It is gone, whatever it was doing. */
  public void kill() {
    life.kill();
  }

  /** It stands still, as after SIGSTOP. */
  public void stop() {
    life.stop();
  }

  /** It goes on, as after SIGCONT. */
  public void goOn() {
    life.goOn();
  }
}
