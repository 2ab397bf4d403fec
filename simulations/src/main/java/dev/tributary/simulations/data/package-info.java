/**
 * Data sets and their partition over devices. Enters: files checked by digest; leaves: samples per device.
 *
 * <p>Must hold: a partition is a function of its seed.
 */
@NullMarked
package dev.tributary.simulations.data;

import org.jspecify.annotations.NullMarked;
