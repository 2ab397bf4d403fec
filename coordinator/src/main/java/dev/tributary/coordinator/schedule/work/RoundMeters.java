package dev.tributary.coordinator.schedule.work;

import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.schedule.RoundProgress;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Locale;

/** What rounds count and time. Safe on any thread. */
public final class RoundMeters {
  private final MeterRegistry registry;

  public RoundMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Every event ends accepted, rejected or discarded. */
  public void event(RoundEvent event, Transition.Verdict verdict) {
    registry
        .counter(
            "tributary.round.events",
            "event",
            RoundEventCodec.type(event),
            "verdict",
            verdict.getClass().getSimpleName().toLowerCase(Locale.ROOT))
        .increment();
  }

  /** Every message of a step of secure aggregation ends accepted, rejected or discarded. */
  public void message(String step, String outcome) {
    registry.counter("tributary.secagg.messages", "step", step, "outcome", outcome).increment();
  }

  /**
   * A checkpoint of a sum is on disk.
   *
   * @param took to write it
   */
  public void checkpoint(Duration took) {
    registry.timer("tributary.checkpoints").record(took);
  }

  /**
   * A round has ended; timed from its planning on. One that began before the clock was set back and
   * the process restarted may seem to end before it began, and is counted as taking no time.
   */
  public void ended(RoundProgress progress) {
    var took = Duration.between(progress.plannedAt(), progress.at());
    registry
        .timer(
            "tributary.rounds",
            "task",
            progress.round().task().text(),
            "outcome",
            progress.state().toLowerCase(Locale.ROOT))
        .record(took.isNegative() ? Duration.ZERO : took);
  }
}
