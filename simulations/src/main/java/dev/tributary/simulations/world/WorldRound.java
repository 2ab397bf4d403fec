package dev.tributary.simulations.world;

import dev.tributary.aggregation.runtime.Evaluation;
import java.util.Optional;

/**
 * How a round went.
 *
 * @param published whether the global model moved
 * @param bytesUp of all updates sent
 * @param bytesDown of all models received
 * @param evaluation of the new model on the test rows, where the world has measured it already
 */
record WorldRound(
    boolean published, long bytesUp, long bytesDown, Optional<Evaluation> evaluation) {}
