/**
 * The device API. Enters: protobuf messages and streams of bytes; leaves: the same.
 *
 * <p>Must hold: every endpoint knows which device speaks, except those that make a device known.
 */
@NullMarked
package dev.tributary.coordinator.http.device;

import org.jspecify.annotations.NullMarked;
