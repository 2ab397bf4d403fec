/**
 * Makes requests that no honest device or operator sends. Enters: a valid request and random
 * choices; leaves: a request that is wrong somewhere, or unusual.
 *
 * <p>Must hold: what is made says whether HTTP still tells where it ends, for only such requests
 * may share a connection.
 */
@NullMarked
package dev.tributary.simulations.bench.fuzz.mutate;

import org.jspecify.annotations.NullMarked;
