/**
 * What a run leaves behind. Enters: measurements of a run; leaves: a report for people and the same
 * figures as JSON.
 *
 * <p>Must hold: every figure names its unit and the run it came from.
 */
@NullMarked
package dev.tributary.simulations.report;

import org.jspecify.annotations.NullMarked;
