/**
 * Who is speaking. Enters: key pairs and certificates; leaves: signatures and verified identities.
 *
 * <p>Must hold: nothing is trusted whose chain and validity were not checked against a time passed in.
 */
@NullMarked
package dev.tributary.security.identity;

import org.jspecify.annotations.NullMarked;
