/**
 * What an application embeds: a device that takes part in rounds. Enters: configuration and a
 * source of local samples; leaves: models, and events that the application may watch.
 *
 * <p>Must hold: raw samples never leave the device.
 */
@NullMarked
package dev.tributary.client;

import org.jspecify.annotations.NullMarked;
