/**
 * Model files as a device runs them. Enters: a verified file and what its manifest says of it;
 * leaves: a model that answers, or why not.
 *
 * <p>Must hold: a file is read only by what said that it can.
 */
@NullMarked
package dev.tributary.client.model.artifact;

import org.jspecify.annotations.NullMarked;
