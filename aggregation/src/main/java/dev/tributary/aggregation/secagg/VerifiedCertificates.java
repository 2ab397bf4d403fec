package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.certificate.AuthorityKeys;
import dev.tributary.security.identity.certificate.DeviceCertificate;
import dev.tributary.security.identity.certificate.Validity;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was found of certificates before: whether they are signed by an authority's keys never
 * changes, and the same devices meet round after round. Verifying one takes 0.3 to 0.5 ms, most of
 * it for its ML-DSA-65 signature; a device does so with each neighbour and, in R3, with half of the
 * roster, and a coordinator with everybody.
 *
 * <p>Remembered under a hash of everything that the verdict depends on. Refusals are not
 * remembered, so that whoever sends rubbish pushes nothing out. About 300 bytes each, {@value
 * #MOST} at most, the least recently asked for goes first. Safe for any thread.
 */
final class VerifiedCertificates {

  /** For all authorities of this process. */
  static final VerifiedCertificates SHARED = new VerifiedCertificates();

  static final int MOST = 8192;

  private static final int FIRST_CAPACITY = 64;
  private static final float LOAD_FACTOR = 0.75f;

  private final Map<OpaqueBytes, Verified> known =
      new LinkedHashMap<>(FIRST_CAPACITY, LOAD_FACTOR, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<OpaqueBytes, Verified> eldest) {
          return size() > MOST;
        }
      };

  /** A certificate with good signatures, whose subject is the id of its key. */
  record Verified(DevicePublicKey key, String population, Validity validity) {}

  /**
   * What a certificate says, if its signatures hold; whether its time has come is the caller's
   * question.
   */
  Optional<Verified> verify(AuthorityKeys keys, CipherSuite suite, OpaqueBytes certificate) {
    OpaqueBytes name = name(keys, suite, certificate);
    synchronized (known) {
      Verified before = known.get(name);
      if (before != null) {
        return Optional.of(before);
      }
    }
    Optional<Verified> verified = verifyNow(keys, suite, certificate);
    verified.ifPresent(
        fresh -> {
          synchronized (known) {
            known.put(name, fresh);
          }
        });
    return verified;
  }

  int count() {
    synchronized (known) {
      return known.size();
    }
  }

  private static Optional<Verified> verifyNow(
      AuthorityKeys keys, CipherSuite suite, OpaqueBytes certificate) {
    DeviceCertificate parsed;
    try {
      parsed = DeviceCertificate.of(certificate.toByteArray());
    } catch (IllegalArgumentException notACertificate) {
      return Optional.empty();
    }
    Validity validity = parsed.terms().validity();
    boolean good =
        parsed.subject().equals(DeviceId.of(parsed.publicKey()).text())
            && parsed.refusal(keys, suite, validity.notBefore()).isEmpty();
    return good
        ? Optional.of(new Verified(parsed.publicKey(), parsed.population(), validity))
        : Optional.empty();
  }

  private static OpaqueBytes name(AuthorityKeys keys, CipherSuite suite, OpaqueBytes certificate) {
    MessageDigest digest = Sha256.start();
    digest.update((byte) suite.number());
    digest.update(keys.key().toByteArray());
    byte[] alternative = keys.alternativeKeyBytes().orElseGet(() -> new byte[0]);
    digest.update(Sha256.of(alternative));
    return OpaqueBytes.of(digest.digest(certificate.toByteArray()));
  }
}
