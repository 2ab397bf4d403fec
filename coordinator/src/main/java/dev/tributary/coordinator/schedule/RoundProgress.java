package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.coordinator.registry.ModelMetrics;
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
    String reason) {}
