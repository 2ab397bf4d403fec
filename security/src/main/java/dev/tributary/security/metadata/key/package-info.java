/**
 * Keys that metadata is signed with, their names, and what they make. Enters: public keys and
 * signatures; leaves: values that stand in metadata files.
 *
 * <p>Must hold: the name of a key follows from the key, so that one name has one key.
 */
@NullMarked
package dev.tributary.security.metadata.key;

import org.jspecify.annotations.NullMarked;
