/**
 * What devices report of the model versions that they run. Enters: counts since the report before;
 * leaves: messages of protocol version 1.
 *
 * <p>Must hold: nothing of what a model was asked or answered is in a report.
 */
@NullMarked
package dev.tributary.aggregation.protocol.health;

import org.jspecify.annotations.NullMarked;
