package dev.tributary.aggregation.protocol.access;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.security.agreement.CipherSuite;
import java.util.Optional;

/**
 * What a device shows other devices to prove that it was enrolled, and what it checks theirs by.
 *
 * @param certificate its own, by the authority: DER, 1..{@value
 *     SecAggRules#MAXIMUM_CERTIFICATE_BYTES} bytes
 * @param authorityKey the authority's Ed25519 key, {@value #AUTHORITY_KEY_BYTES} bytes, pinned by
 *     the device from now on
 * @param authorityPqKey the authority's ML-DSA-65 key, {@value #AUTHORITY_PQ_KEY_BYTES} bytes, when
 *     it signs with one too
 * @param classicCertificate one of the same content without the ML-DSA-65 signature, a tenth as
 *     long, for sessions that do not ask for that; 1..{@value
 *     SecAggRules#MAXIMUM_CERTIFICATE_BYTES} bytes
 */
public record Credentials(
    OpaqueBytes certificate,
    OpaqueBytes authorityKey,
    Optional<OpaqueBytes> authorityPqKey,
    Optional<OpaqueBytes> classicCertificate) {

  /** Length of an Ed25519 key (RFC 8032). */
  public static final int AUTHORITY_KEY_BYTES = 32;

  /** Length of an ML-DSA-65 key (FIPS 204, table 2). */
  public static final int AUTHORITY_PQ_KEY_BYTES = 1952;

  /**
   * Credentials.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field has a wrong
   *     length
   */
  public Credentials {
    SecAggRules.certificate("certificate", certificate);
    FieldRules.exactBytes("authority_key", authorityKey.length(), AUTHORITY_KEY_BYTES);
    authorityPqKey.ifPresent(
        key -> FieldRules.exactBytes("authority_pq_key", key.length(), AUTHORITY_PQ_KEY_BYTES));
    classicCertificate.ifPresent(
        classic -> SecAggRules.certificate("classic_certificate", classic));
  }

  /** The shortest certificate that proves as much as a session of the suite asks for. */
  public OpaqueBytes certificateFor(CipherSuite suite) {
    return suite == CipherSuite.CLASSIC ? classicCertificate.orElse(certificate) : certificate;
  }
}
