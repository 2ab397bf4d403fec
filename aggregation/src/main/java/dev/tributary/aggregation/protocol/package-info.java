/**
 * What both ends say about everything else: identifiers, versions, and the reasons for refusing.
 * The messages themselves are in {@code access} (who are you), {@code round} (work) and {@code
 * secagg} (secure aggregation), their strict decoding in {@code codec}, the generated classes in
 * {@code wire}.
 *
 * <p>Enters: text and numbers from outside; leaves: values that are known to be in range, or a
 * {@link dev.tributary.aggregation.protocol.RejectedException}.
 *
 * <p>Must hold: what is decoded here is complete and in range; generated classes go no further.
 */
@NullMarked
package dev.tributary.aggregation.protocol;

import org.jspecify.annotations.NullMarked;
