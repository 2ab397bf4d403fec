/**
 * What every runtime shares, so that runtimes differ only in how they compute a network: the order
 * of the examples, the loss and its gradient, the tally of an evaluation, the checks of a call, the
 * generator behind seeds. Leaves the same bits on every machine and Java version.
 */
@NullMarked
package dev.tributary.aggregation.runtime.step;

import org.jspecify.annotations.NullMarked;
