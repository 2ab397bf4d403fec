/**
 * The files that a version reaches devices as. Enters: models and their other forms; leaves: files
 * named by the SHA-256 of their bytes, and manifests that list them.
 *
 * <p>Must hold: a file never changes once its name is given out; nothing that a channel or a kept
 * delta needs is deleted.
 */
@NullMarked
package dev.tributary.coordinator.publish.artifact;

import org.jspecify.annotations.NullMarked;
