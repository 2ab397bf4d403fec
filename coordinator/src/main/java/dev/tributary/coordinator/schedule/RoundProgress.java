package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundStateName;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a round is, after one of its events: an element of the stream that operators watch.
 *
 * @param at time of the event
 * @param state name of the state, such as {@code Collecting}
 * @param ended whether the state is terminal
 * @param selectedCount devices in the cohort, or gathered so far
 * @param countedCount uploads in the sum
 * @param droppedCount devices that said they would not finish
 * @param targetCount uploads that close the round at once
 * @param minimumCount uploads without which it is abandoned
 * @param deadline of the present phase
 * @param plannedAt when the round came to be
 * @param base model the round starts from, once fixed
 * @param result model it published
 * @param metrics of the result, once published
 * @param reason why the round is where it is
 */
public record RoundProgress(
    RoundId round,
    RoundKind kind,
    Instant at,
    String state,
    boolean ended,
    int selectedCount,
    int countedCount,
    int droppedCount,
    int targetCount,
    int minimumCount,
    Optional<Instant> deadline,
    Instant plannedAt,
    Optional<ModelDigest> base,
    Optional<ModelDigest> result,
    Optional<ModelMetrics> metrics,
    String reason) {

  public boolean isPublished() {
    return state.equals(RoundStateName.PUBLISHED.text());
  }

  /** The same round in another state; what its deadline is, the state says. */
  public RoundProgress moved(RoundState next, Instant when, String why) {
    return new RoundProgress(
        round,
        kind,
        when,
        RoundStateName.of(next).text(),
        next instanceof RoundState.Terminal,
        selectedCount,
        countedCount,
        droppedCount,
        targetCount,
        minimumCount,
        Optional.empty(),
        plannedAt,
        base,
        result,
        metrics,
        why);
  }

  public RoundProgress withCounts(int selected, int counted, int dropped) {
    return new RoundProgress(
        round,
        kind,
        at,
        state,
        ended,
        selected,
        counted,
        dropped,
        targetCount,
        minimumCount,
        deadline,
        plannedAt,
        base,
        result,
        metrics,
        reason);
  }

  public RoundProgress until(Optional<Instant> end, Optional<ModelDigest> from) {
    return new RoundProgress(
        round,
        kind,
        at,
        state,
        ended,
        selectedCount,
        countedCount,
        droppedCount,
        targetCount,
        minimumCount,
        end,
        plannedAt,
        from,
        result,
        metrics,
        reason);
  }

  public RoundProgress withResult(ModelDigest model, Optional<ModelMetrics> figures) {
    return new RoundProgress(
        round,
        kind,
        at,
        state,
        ended,
        selectedCount,
        countedCount,
        droppedCount,
        targetCount,
        minimumCount,
        deadline,
        plannedAt,
        base,
        Optional.of(model),
        figures,
        reason);
  }
}
