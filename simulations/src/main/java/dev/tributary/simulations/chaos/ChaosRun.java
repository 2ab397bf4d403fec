package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.fault.Plant;
import dev.tributary.simulations.chaos.machine.WorldFolder;
import dev.tributary.simulations.chaos.oracle.DefectWatch;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/** Runs the schedules of many seeds, as many at a time as there are processors. */
public final class ChaosRun {
  private ChaosRun() {}

  /**
   * Runs the seeds {@code first} to {@code first + count - 1}.
   *
   * @param watcher told of each outcome, in the order of the seeds, on the calling thread
   */
  public static ChaosReport run(long first, int count, Plant plant, Consumer<Outcome> watcher)
      throws InterruptedException {
    var report = new ChaosReport();
    try (var _ = DefectWatch.listen();
        var worlds =
            Executors.newFixedThreadPool(
                Runtime.getRuntime().availableProcessors(),
                Thread.ofVirtual().name("world-", 0).factory())) {
      List<Future<Outcome>> outcomes = new ArrayList<>();
      for (long seed = first; seed < first + count; seed++) {
        Schedule schedule = ScheduleDraw.draw(seed);
        outcomes.add(worlds.submit(() -> run(schedule, plant)));
      }
      for (var outcome : outcomes) {
        Outcome done = get(outcome);
        report.add(done);
        watcher.accept(done);
      }
    }
    return report;
  }

  /** The same violation of a schedule from as few operations as it takes. */
  public static Outcome shrink(Outcome failing, Plant plant) throws IOException, SQLException {
    try (var _ = DefectWatch.listen()) {
      return new Shrinker(schedule -> run(schedule, plant)).shrink(failing);
    }
  }

  private static Outcome get(Future<Outcome> outcome) throws InterruptedException {
    try {
      return outcome.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a world could not be simulated", e.getCause());
    }
  }

  /** Runs one schedule in a folder that is removed afterwards. */
  static Outcome run(Schedule schedule, Plant plant) throws IOException, SQLException {
    try (var folder = WorldFolder.make()) {
      return WorldRun.run(schedule, folder.path(), plant);
    }
  }
}
