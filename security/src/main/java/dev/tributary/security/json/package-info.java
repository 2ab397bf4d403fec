/**
 * JSON that is signed or named by its digest: canonical JSON as OLPC defines it, of which one value
 * has exactly one text. Enters: bytes from anywhere; leaves: values, read strictly; and back.
 *
 * <p>Must hold: what is read is written again as the same bytes; whoever reads fields names each of
 * them, and one that nobody named is refused.
 */
@NullMarked
package dev.tributary.security.json;

import org.jspecify.annotations.NullMarked;
