/**
 * How two parties come to one secret. Enters: a seed of one's own and the public key of the other;
 * leaves: 32 secret bytes that both have and nobody else.
 *
 * <p>Must hold: a key pair is a function of its seed alone, so that whoever learns the seed later
 * derives every secret of the pair again; a public key has one encoding; the secret depends on both
 * public keys and on who offered.
 */
@NullMarked
package dev.tributary.security.agreement;

import org.jspecify.annotations.NullMarked;
