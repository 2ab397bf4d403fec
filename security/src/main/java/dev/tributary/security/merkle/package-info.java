/**
 * One hash for a list, and short proofs of what stands where in it (RFC 6962, section 2.1). Enters:
 * leaves in order; leaves: a root, and proofs for one leaf or several.
 *
 * <p>Must hold: a leaf is never taken for a node; one set of leaves has one proof; a proof says
 * something only against a root <em>and</em> a number of leaves that are themselves authenticated.
 */
@NullMarked
package dev.tributary.security.merkle;

import org.jspecify.annotations.NullMarked;
