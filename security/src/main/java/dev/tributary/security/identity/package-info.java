/**
 * Who is speaking. Enters: key pairs and tokens; leaves: signatures, and identities that were
 * proven.
 *
 * <p>Must hold: a private key signs and never leaves; a public key is a point of full order; a
 * server keeps hashes of tokens, not tokens.
 */
@NullMarked
package dev.tributary.security.identity;

import org.jspecify.annotations.NullMarked;
