/**
 * The fuzzer of a coordinator's HTTP surface. Enters: the routes of the product and valid requests
 * for each; leaves: how many mutated ones were answered how, and the first that was answered as no
 * document declares.
 *
 * <p>Must hold: which route, which valid request and which mutations the n-th request is made of
 * follows from the seed and n alone.
 */
@NullMarked
package dev.tributary.simulations.bench.fuzz;

import org.jspecify.annotations.NullMarked;
