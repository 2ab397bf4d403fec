/**
 * Whether this device takes part. Enters: the state of the device and the privacy terms of a task;
 * leaves: consent or a refusal with its reason.
 *
 * <p>Must hold: terms weaker than the owner accepts are refused.
 */
@NullMarked
package dev.tributary.client.policy;

import org.jspecify.annotations.NullMarked;
