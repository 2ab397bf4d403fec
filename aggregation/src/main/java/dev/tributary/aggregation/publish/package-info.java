/**
 * What a coordinator publishes and a device reads: the manifest of a version, the file of a
 * channel, and where they and their files lie among the signed targets. Enters: what is known of a
 * version; leaves: canonical JSON; and back.
 *
 * <p>Must hold: a record has one file and a file one record, so that a digest names either; which
 * device takes a candidate follows from the channel's file and the device's id alone.
 */
@NullMarked
package dev.tributary.aggregation.publish;

import org.jspecify.annotations.NullMarked;
