/**
 * Secrets divided among many, so that any {@code threshold} of them have it and fewer have nothing.
 * Enters: 32 secret bytes; leaves: shares of 40 bytes, one at each point; and back.
 *
 * <p>Must hold: fewer shares than the threshold say nothing of the secret; no branch and no address
 * depends on a secret value; a share never shows its content.
 */
@NullMarked
package dev.tributary.security.sharing;

import org.jspecify.annotations.NullMarked;
