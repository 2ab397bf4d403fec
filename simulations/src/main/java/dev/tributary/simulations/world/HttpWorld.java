package dev.tributary.simulations.world;

import dev.tributary.aggregation.model.ModelState;
import java.nio.file.Path;
import java.util.function.IntConsumer;

final class HttpWorld implements World {
  static HttpWorld open(Setup setup, TrainingSeats seats, Path stateDirectory) { return new HttpWorld(); }
  @Override public WorldRound run(Cohort cohort, IntConsumer progress) { throw new IllegalStateException(); }
  @Override public ModelState model() { throw new IllegalStateException(); }
  @Override public void close() {}
}
