/**
 * Signed metadata in the shape of The Update Framework (specification 1.0.33): which files exist,
 * how long they are and what digest they have, said by keys that a device can trust. Enters: bytes
 * from anywhere; leaves: records whose fields are within their ranges, and how many keys signed
 * them; and back.
 *
 * <p>Must hold: a record has one file and a file one record; nothing here believes a signature
 * without a root to look its key up in. What a device does with these files is in {@code trust},
 * how they are made in {@code signing}.
 *
 * @see <a href="https://theupdateframework.github.io/specification/v1.0.33/">The specification</a>
 */
@NullMarked
package dev.tributary.security.metadata;

import org.jspecify.annotations.NullMarked;
