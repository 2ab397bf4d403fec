/**
 * The published model on a device. Enters: signed metadata and files of a coordinator that may lie;
 * leaves: one verified model file at a time, the newest that the device may run, or the reason why
 * it keeps the one it has.
 *
 * <p>Must hold: a crash at any instant leaves the old model or the new one, whole; nothing that was
 * refused changes what is run or what is trusted.
 */
@NullMarked
package dev.tributary.client.model;

import org.jspecify.annotations.NullMarked;
