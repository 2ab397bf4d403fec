/**
 * Content that only the holder of a key can read, and nobody can change unnoticed. Enters: bytes
 * and what they belong to; leaves: a sealed message, or a file; and back. The key is random, or
 * made of a passphrase.
 *
 * <p>Must hold: a nonce is used once with a key; nothing of a message is given out before all of it
 * was verified; a sealed message opens only in the place that it was sealed for.
 */
@NullMarked
package dev.tributary.security.seal;

import org.jspecify.annotations.NullMarked;
