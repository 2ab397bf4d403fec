package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.report.Participation;
import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.report.RunRecord;
import dev.tributary.simulations.report.RunSummary;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.scenario.TransportKind;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.SimulationFailedException;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs scenarios: data are loaded and divided, then rounds are run one after another in the world
 * that the scenario's transport names, and the model is evaluated on the test rows. A scenario with
 * the same seed ends with the same model, on any number of threads and in either world.
 */
public final class Simulation {

  private final Scenario scenario;
  private final Watcher watcher;
  private final List<RoundRow> rows = new ArrayList<>();
  private final List<Participation> participation = new ArrayList<>();

  private Simulation(Scenario scenario, Watcher watcher) {
    this.scenario = scenario;
    this.watcher = watcher;
  }

  /** Hears how a run goes. */
  public interface Watcher {
    /**
     * How far a round is: {@code done} of its {@code cohort} devices have reported or dropped out.
     * From any thread.
     */
    void progress(int round, int done, int cohort);

    /** A round has ended. */
    void row(RoundRow row);

    /**
     * There is a new version of the model.
     *
     * @param round that made it
     * @param model not to be written to
     * @param step how the server got there from the version before, where that is known in whole
     *     numbers
     */
    default void version(int round, ModelState model, Optional<GridStep> step)
        throws InterruptedException {}
  }

  /**
   * What a run leaves.
   *
   * @param record for the report
   * @param model the final model
   */
  public record Result(RunRecord record, ModelState model) {}

  /**
   * Runs a scenario to its end.
   *
   * @param stateDirectory where the coordinator and the devices of {@code transport=http} keep
   *     their state and logs; not touched by {@code transport=direct}
   * @throws SimulationFailedException when a round cannot be run
   */
  public static Result run(Setup setup, Path stateDirectory, Watcher watcher)
      throws InterruptedException {
    return new Simulation(setup.scenario(), watcher).run(setup, stateDirectory);
  }

  private Result run(Setup setup, Path stateDirectory) throws InterruptedException {
    Dataset dataset = setup.dataset();
    long start = System.nanoTime();
    try (var seats = new TrainingSeats(scenario.runtime().code(), scenario.threads());
        World world = open(setup, seats, stateDirectory)) {
      Evaluation last = runRounds(world, evaluator(setup, seats));
      var summary = summary(world.model(), last, (System.nanoTime() - start) / 1e9);
      int[][] labels = RunRecord.labelCounts(dataset, setup.devices().rows());
      return new Result(
          new RunRecord(summary, rows, participation, dataset.classNames(), labels), world.model());
    }
  }

  private World open(Setup setup, TrainingSeats seats, Path stateDirectory)
      throws InterruptedException {
    return scenario.transport() == TransportKind.DIRECT
        ? new DirectWorld(setup, seats)
        : new HttpWorld(setup, seats, evaluator(setup, seats), stateDirectory);
  }

  private static TestEvaluator evaluator(Setup setup, TrainingSeats seats) {
    return new TestEvaluator(seats, setup.spec(), setup.dataset().test());
  }

  /** Runs rounds until their number or the target is reached; the evaluation of the final model. */
  private Evaluation runRounds(World world, TestEvaluator evaluator) throws InterruptedException {
    Evaluation last = evaluator.evaluate(world.model().values());
    for (int round = 1; round <= scenario.rounds(); round++) {
      long start = System.nanoTime();
      Cohort cohort = Cohort.of(scenario, round);
      int number = round;
      watcher.progress(number, 0, cohort.size());
      WorldRound outcome = world.run(cohort, done -> watcher.progress(number, done, cohort.size()));
      if (outcome.published()) {
        watcher.version(number, world.model(), outcome.step());
      }
      boolean evaluated = scenario.evaluatesAfter(round);
      if (evaluated) {
        last =
            outcome.evaluation().isPresent()
                ? outcome.evaluation().get()
                : evaluator.evaluate(world.model().values());
      }
      participation.add(new Participation(round, outcome.reported(), cohort.droppedOut()));
      rows.add(row(cohort, outcome, evaluated ? last : null, (System.nanoTime() - start) / 1e9));
      watcher.row(rows.getLast());
      if (evaluated
          && last.accuracy() >= scenario.targetAccuracy().orElse(Double.POSITIVE_INFINITY)) {
        break;
      }
    }
    return last;
  }

  private static RoundRow row(
      Cohort cohort, WorldRound outcome, @Nullable Evaluation evaluation, double seconds) {
    return new RoundRow(
        cohort.round(),
        outcome.reported().length,
        cohort.droppedOut().length,
        evaluation == null ? Double.NaN : evaluation.meanLoss(),
        evaluation == null ? Double.NaN : evaluation.accuracy(),
        evaluation == null ? Double.NaN : evaluation.macroF1(),
        evaluation == null ? new double[0] : f1ByClass(evaluation),
        outcome.bytesUp(),
        outcome.bytesDown(),
        seconds);
  }

  private static double[] f1ByClass(Evaluation evaluation) {
    return IntStream.range(0, evaluation.confusion().classes())
        .mapToDouble(evaluation.confusion()::f1)
        .toArray();
  }

  private RunSummary summary(ModelState model, Evaluation last, double seconds) {
    return new RunSummary(
        scenario.name(),
        scenario.settings(),
        rows.size(),
        scenario.devices(),
        last.accuracy(),
        last.meanLoss(),
        last.macroF1(),
        rows.stream().mapToLong(RoundRow::bytesUp).sum(),
        rows.stream().mapToLong(RoundRow::bytesDown).sum(),
        seconds,
        ModelDigest.of(model).hex());
  }
}
