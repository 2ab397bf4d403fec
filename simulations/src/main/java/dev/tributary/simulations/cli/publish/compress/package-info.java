/**
 * {@code model compress}: a version made smaller and measured before anybody decides. Enters: a
 * version of a coordinator, and rows; leaves: artifacts in a folder, at the coordinator or nowhere,
 * and what each costs and gains.
 *
 * <p>Must hold: what is uploaded is what was measured; accuracy is of rows that no artifact was
 * made with.
 */
@NullMarked
package dev.tributary.simulations.cli.publish.compress;

import org.jspecify.annotations.NullMarked;
