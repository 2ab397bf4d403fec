/**
 * Who vouches for whom: an authority's certificates for devices (X.509, RFC 5280, with Ed25519 by
 * RFC 8410; in the hybrid suite also with ML-DSA-65 by the alternative-signature extensions of
 * X.509 (2019), section 9.8). Enters: a public key and what is to be certified of its holder;
 * leaves: a certificate, and of a certificate whether it holds and why not.
 *
 * <p>Must hold: a certificate has one encoding; nothing in it is unsigned; time is an argument.
 */
@NullMarked
package dev.tributary.security.identity.certificate;

import org.jspecify.annotations.NullMarked;
