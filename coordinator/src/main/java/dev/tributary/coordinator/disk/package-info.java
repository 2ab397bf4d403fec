/**
 * What the state folder is made of. Enters: paths; leaves: folders and files at them.
 *
 * <p>Must hold: nobody but the coordinator's own user can open what is made here.
 */
@NullMarked
package dev.tributary.coordinator.disk;

import org.jspecify.annotations.NullMarked;
