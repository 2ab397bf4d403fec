package dev.tributary.simulations.world;

import dev.tributary.aggregation.optimize.GridStep;
import dev.tributary.aggregation.runtime.Evaluation;
import java.util.Optional;

/**
 * How a round went.
 *
 * @param published whether the global model moved
 * @param reported devices whose update is in the sum; not to be written to
 * @param bytesUp of all updates and messages of a session sent
 * @param bytesDown of all models and messages of a session received
 * @param step how the server moved the model, where that is known in whole numbers
 * @param evaluation of the new model on the test rows, where the world has measured it already
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once, never compared
record WorldRound(
    boolean published,
    int[] reported,
    long bytesUp,
    long bytesDown,
    Optional<GridStep> step,
    Optional<Evaluation> evaluation) {}
