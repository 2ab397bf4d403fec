package dev.tributary.coordinator.ops;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.SystemTimeline;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import dev.tributary.coordinator.schedule.run.Scheduler;
import dev.tributary.coordinator.schedule.work.RoundThreads;
import dev.tributary.coordinator.store.StateStore;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The scheduler on the machine's time. */
final class RoundDesks implements Desks {

  private final SystemTimeline timeline;
  private final Scheduler scheduler;
  private final ModelEvaluator evaluator;

  private RoundDesks(SystemTimeline timeline, Scheduler scheduler, ModelEvaluator evaluator) {
    this.timeline = timeline;
    this.scheduler = scheduler;
    this.evaluator = evaluator;
  }

  static RoundDesks open(
      StateStore database,
      Path stateDirectory,
      DeviceAuthority authority,
      ModelEvaluator evaluator,
      MeterRegistry meters,
      CheckpointPolicy checkpoints,
      Duration grace) {
    SystemTimeline timeline = new SystemTimeline();
    try {
      return new RoundDesks(
          timeline,
          Scheduler.open(
              new Scheduler.Setup(
                  database,
                  stateDirectory,
                  Disk.ofMachine(),
                  authority,
                  evaluator,
                  RoundThreads.ofMachine(),
                  timeline,
                  meters,
                  checkpoints,
                  grace)),
          evaluator);
    } catch (RuntimeException e) {
      timeline.close();
      throw e;
    }
  }

  @Override
  public DeviceDesk devices() {
    return scheduler.devices();
  }

  @Override
  public OperatorDesk operators() {
    return scheduler.operators();
  }

  @Override
  public Optional<Path> modelFile(ModelDigest digest) {
    return scheduler.models().find(digest);
  }

  @Override
  public ModelFiles models() {
    return scheduler.models();
  }

  @Override
  public ModelEvaluator evaluator() {
    return evaluator;
  }

  @Override
  public void close() {
    scheduler.close();
    timeline.close();
  }
}
