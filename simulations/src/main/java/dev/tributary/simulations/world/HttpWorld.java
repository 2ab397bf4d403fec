package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.schedule.OperatorDesk.Subscription;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.SimulationFailedException;
import dev.tributary.simulations.world.setup.TrainingSeats;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Rounds over loopback: the real coordinator with its state in a folder, and devices with the real
 * SDK. The simulation only says which devices check in for which round, and evaluates on the
 * coordinator's behalf.
 */
final class HttpWorld implements World {

  private static final long PATIENCE_SECONDS = 60;
  private static final Duration TOKEN_LIFE = Duration.ofDays(1);

  private final Setup setup;
  private final TestEvaluator evaluator;
  private final Map<RoundId, CompletableFuture<RoundProgress>> ended = new ConcurrentHashMap<>();
  private final Coordinator coordinator;
  private final Subscription subscription;
  private final RealDevices devices;
  private volatile Measured newest;
  private volatile ModelState published;

  private record Measured(ModelState model, @Nullable Evaluation evaluation) {}

  /** Starts a coordinator on a free port and a task for the scenario. */
  HttpWorld(Setup setup, TrainingSeats seats, TestEvaluator evaluator, Path stateDirectory)
      throws InterruptedException {
    this.setup = setup;
    this.evaluator = evaluator;
    this.published = setup.initialModel();
    this.newest = new Measured(published, null);
    CoordinatorConfig config =
        CoordinatorConfig.in(stateDirectory.resolve("coordinator"), "listen.port=0");
    this.coordinator = await(Coordinator.start(config, this::measure));
    try {
      this.subscription = coordinator.operators().watch(this::hear);
      await(coordinator.operators().createPopulation(Setup.POPULATION));
      await(coordinator.operators().createTask(SimulatedTask.of(setup)));
      String token =
          await(
                  coordinator.createEnrolmentToken(
                      Setup.POPULATION, setup.devices().count(), TOKEN_LIFE))
              .token()
              .text(InsecureSecretAccess.get());
      this.devices =
          new RealDevices(
              setup, seats, coordinator.uri(), token, stateDirectory.resolve("devices"));
    } catch (InterruptedException | RuntimeException failed) {
      coordinator.close();
      throw failed;
    }
  }

  /** The coordinator's view of a new version, before it is published. */
  private Optional<Evaluation> measure(TaskName task, ModelSpec spec, ModelState model) {
    try {
      Evaluation evaluation = evaluator.evaluate(model.values());
      newest = new Measured(model, evaluation);
      return Optional.of(evaluation);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void hear(RoundProgress progress) {
    if (progress.ended()) {
      end(progress.round()).complete(progress);
    }
  }

  private CompletableFuture<RoundProgress> end(RoundId round) {
    return ended.computeIfAbsent(round, unknown -> new CompletableFuture<>());
  }

  @Override
  public WorldRound run(Cohort cohort, IntConsumer progress) throws InterruptedException {
    devices.takePart(cohort, progress);
    RoundId round = new RoundId(Setup.TASK, cohort.round());
    RoundProgress last = await(end(round), "round " + round);
    ended.remove(round);
    boolean success = last.isPublished();
    if (success) {
      published = newest.model();
    } else if (cohort.reporting().length >= setup.scenario().minimumReports()) {
      throw new SimulationFailedException(
          "round " + round + " ended " + last.state() + ": " + last.reason());
    }
    return new WorldRound(
        success,
        success ? cohort.reporting() : new int[0],
        devices.takeSentBytes(),
        devices.takeReceivedBytes(),
        Optional.empty(),
        success ? Optional.ofNullable(newest.evaluation()) : Optional.empty());
  }

  @Override
  public ModelState model() {
    return published;
  }

  private static <T> T await(Future<T> future) throws InterruptedException {
    return await(future.toCompletionStage().toCompletableFuture(), "the coordinator");
  }

  private static <T> T await(CompletableFuture<T> future, String what) throws InterruptedException {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      throw SimulationFailedException.because(failed.getCause());
    } catch (TimeoutException late) {
      throw new SimulationFailedException(
          what + " did not answer within " + PATIENCE_SECONDS + " s");
    }
  }

  @Override
  public void close() {
    subscription.close();
    devices.close();
    boolean interrupted = Thread.interrupted();
    try {
      await(coordinator.close());
    } catch (InterruptedException stopped) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
