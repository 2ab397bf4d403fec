/**
 * Leaves out what a network can do without. Enters: a trained model; leaves: the same network with
 * zeros ({@code MagnitudePruner}: saves bytes only), or a smaller network with a specification of
 * its own ({@code ChannelPruner}: runs faster too).
 *
 * <p>Must hold: what is kept keeps its bits; a smaller network computes what the larger one would
 * if the channels left out gave zeros; what cannot be pruned is refused by name. A pruned network
 * has lost accuracy until it is trained again: it is an ordinary model, so {@code LocalModel.train}
 * or a federated task with its specification does that.
 */
@NullMarked
package dev.tributary.aggregation.compress.prune;

import org.jspecify.annotations.NullMarked;
