/**
 * Runs the current model of a device. Enters: models, examples from many threads; leaves: what the
 * network says, each answer by exactly one version, and how that went.
 *
 * <p>Must hold: a swap waits for no call and fails none; memory of a version is freed when the last
 * call on it has ended, and not before.
 */
@NullMarked
package dev.tributary.client.model.predict;

import org.jspecify.annotations.NullMarked;
