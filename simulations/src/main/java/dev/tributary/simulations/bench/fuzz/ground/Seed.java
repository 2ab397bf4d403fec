package dev.tributary.simulations.bench.fuzz.ground;

import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;

/**
 * A valid request of a route.
 *
 * @param movesRounds whether a round moves on when it is taken, so that it must not be sent as it
 *     is
 */
public record Seed(RawRequest request, boolean movesRounds) {}
