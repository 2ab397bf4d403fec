package dev.tributary.simulations.world;

/**
 * How a round went.
 *
 * @param published whether the global model moved
 * @param bytesUp of all updates sent
 * @param bytesDown of all models received
 */
record WorldRound(boolean published, long bytesUp, long bytesDown) {}
