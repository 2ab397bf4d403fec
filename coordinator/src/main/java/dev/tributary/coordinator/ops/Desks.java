package dev.tributary.coordinator.ops;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.store.StateStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.Optional;

/** The part of a coordinator that decides about rounds, as its servers see it. */
interface Desks extends AutoCloseable {

  DeviceDesk devices();

  OperatorDesk operators();

  /** The file of a model. May block. */
  Optional<Path> modelFile(ModelDigest digest);

  /** The models on disk. */
  ModelFiles models();

  /** Measures models and published files on the coordinator's own rows. */
  ModelEvaluator evaluator();

  /**
   * Opens no further rounds, lets those that are open finish for a while, abandons the rest.
   * Blocks.
   */
  @Override
  void close();

  /** Opens the desks on a state. Blocks. */
  interface Opener {
    Desks open(
        StateStore database, Path stateDirectory, DeviceAuthority authority, MeterRegistry meters);
  }
}
