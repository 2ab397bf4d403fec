/**
 * The PyTorch runtime, over DJL: every layer of the specification. Optional: nothing here is loaded
 * unless DJL is on the class path.
 *
 * <p>Enters: flat weights, examples, a seed. Leaves: trained weights, values, evaluations. Holds:
 * each model owns all of its native memory and gives it back on close; a step leaves nothing
 * behind; one native thread for each Java thread, so that models on several threads compute what
 * each would compute alone, bit for bit.
 */
@NullMarked
package dev.tributary.aggregation.runtime.pytorch;

import org.jspecify.annotations.NullMarked;
