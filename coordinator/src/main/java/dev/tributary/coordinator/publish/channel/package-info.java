/**
 * Channels: movable names for the versions that the devices of a population run, with a history.
 * Enters: what operators and reviews decide; leaves: which version is released, which is on its
 * way, and who decided that when and why.
 *
 * <p>Must hold: a channel and its history change in one transaction; nothing in the history is ever
 * changed.
 */
@NullMarked
package dev.tributary.coordinator.publish.channel;

import org.jspecify.annotations.NullMarked;
