/**
 * Secret bytes and their handling. Enters: key material from a random source or a key store;
 * leaves: values that compare in constant time, redact themselves and give their bytes only against
 * an access token.
 *
 * <p>Must hold: no secret reaches a log, a message or a heap dump by way of {@code toString}.
 */
@NullMarked
package dev.tributary.security.secret;

import org.jspecify.annotations.NullMarked;
