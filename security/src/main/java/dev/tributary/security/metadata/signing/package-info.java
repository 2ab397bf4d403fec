/**
 * How metadata is made: the offline ceremony that signs a root, and the repository that publishes
 * targets under it. Enters: keys, the files there are to be, the time; leaves: metadata files that
 * a device which trusts the root will believe.
 *
 * <p>Must hold: nothing leaves that the root it stands under would not verify; versions only rise.
 * Private keys lie on a disk sealed or not at all.
 */
@NullMarked
package dev.tributary.security.metadata.signing;

import org.jspecify.annotations.NullMarked;
