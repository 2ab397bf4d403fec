/**
 * What a device does with metadata: the detailed client workflow of The Update Framework
 * (specification 1.0.33, section 5) as a pure state machine. Enters: files from a repository that
 * may lie, and the time; leaves: the next file to ask for, the targets that are now to be believed,
 * or why not.
 *
 * <p>Must hold: from a root that came with the device on, whatever the repository sends, trust
 * moves forward only along signatures of enough keys; what was trusted before a refusal stays
 * trusted after it.
 */
@NullMarked
package dev.tributary.security.metadata.trust;

import org.jspecify.annotations.NullMarked;
