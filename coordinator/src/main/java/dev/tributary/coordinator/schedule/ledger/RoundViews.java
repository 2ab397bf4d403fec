package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Failed;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.RoundStateName;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.store.RoundJournal.Row;
import java.time.Instant;
import java.util.Optional;

/** A round as operators see it and as its row in the database has it. Pure. */
public final class RoundViews {
  private RoundViews() {}

  /** The progress of a round that has just been planned. */
  public static RoundProgress planned(RoundPlan plan, Instant at) {
    return new RoundProgress(
        plan.round(),
        plan.kind(),
        at,
        RoundStateName.PLANNED.text(),
        false,
        0,
        0,
        0,
        plan.targetCount(),
        plan.minimumCount(),
        Optional.empty(),
        at,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "planned");
  }

  /** The progress after an event: what the new state no longer knows is kept from before. */
  public static RoundProgress after(
      RoundProgress before,
      RoundState next,
      Instant at,
      String reason,
      Optional<ModelMetrics> metrics) {
    var moved = before.moved(next, at, reason);
    return switch (next) {
      case Planned s -> moved;
      case Enrolling s ->
          moved.withCounts(s.enrolled().size(), 0, 0).until(Optional.of(s.deadline()), s.base());
      case AdvertisingKeys s ->
          moved
              .withCounts(s.cohort().size(), 0, 0)
              .until(Optional.of(s.deadline()), Optional.of(s.base()));
      case SharingKeys s ->
          moved
              .withCounts(s.cohort().size(), 0, 0)
              .until(Optional.of(s.deadline()), Optional.of(s.base()));
      case Collecting s ->
          moved
              .withCounts(s.cohort().size(), s.counted().size(), s.dropped().size())
              .until(Optional.of(s.deadline()), Optional.of(s.base()));
      case Confirming s ->
          moved
              .withCounts(before.selectedCount(), s.survivors().size(), before.droppedCount())
              .until(Optional.of(s.deadline()), Optional.of(s.base()));
      case Unmasking s ->
          moved
              .withCounts(before.selectedCount(), s.survivors().size(), before.droppedCount())
              .until(s.deadline(), Optional.of(s.base()));
      case Optimizing s -> moved;
      case Publishing s -> moved;
      case Published s -> moved.withResult(s.result(), metrics);
      case Abandoned s -> moved;
      case Failed s -> moved;
    };
  }

  /** The progress of a round that failed without an event that says so. */
  public static RoundProgress failed(RoundProgress b, Instant at, String reason) {
    return new RoundProgress(
        b.round(),
        b.kind(),
        at,
        Failed.class.getSimpleName(),
        true,
        b.selectedCount(),
        b.countedCount(),
        b.droppedCount(),
        b.targetCount(),
        b.minimumCount(),
        Optional.empty(),
        b.plannedAt(),
        b.base(),
        b.result(),
        b.metrics(),
        reason);
  }

  public static Row row(RoundProgress p) {
    return new Row(
        p.round(),
        p.kind().name(),
        p.state(),
        !p.ended(),
        p.base().map(ModelDigest::hex).orElse(""),
        p.result().map(ModelDigest::hex).orElse(""),
        p.selectedCount(),
        p.countedCount(),
        p.droppedCount(),
        p.targetCount(),
        p.minimumCount(),
        p.plannedAt(),
        p.at(),
        p.reason(),
        p.metrics().map(ModelMetrics::toJson).orElse(""));
  }

  public static RoundProgress progress(Row row) {
    return new RoundProgress(
        row.round(),
        RoundKind.valueOf(row.kind()),
        row.changedAt(),
        row.state(),
        !row.open(),
        row.selectedCount(),
        row.countedCount(),
        row.droppedCount(),
        row.targetCount(),
        row.minimumCount(),
        Optional.empty(),
        row.plannedAt(),
        digest(row.baseDigest()),
        digest(row.resultDigest()),
        row.metrics().isEmpty()
            ? Optional.empty()
            : Optional.of(ModelMetrics.fromJson(row.metrics())),
        row.reason());
  }

  private static Optional<ModelDigest> digest(String hex) {
    return hex.isEmpty() ? Optional.empty() : Optional.of(new ModelDigest(hex));
  }
}
