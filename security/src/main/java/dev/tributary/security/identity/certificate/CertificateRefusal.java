package dev.tributary.security.identity.certificate;

/** Why a certificate does not hold. */
public enum CertificateRefusal {
  /** It names another authority as its issuer. */
  WRONG_ISSUER,
  /** It names this authority but another key of it: renewed, or an impostor of the same name. */
  WRONG_AUTHORITY_KEY,
  /** Its Ed25519 signature is not of what it says. */
  TAMPERED,
  /** The hybrid suite is required and it has no ML-DSA-65 signature. */
  ALTERNATIVE_SIGNATURE_MISSING,
  /** Its ML-DSA-65 signature is not of what it says. */
  ALTERNATIVE_SIGNATURE_INVALID,
  /** Its time has not come. */
  NOT_YET_VALID,
  /** Its time is over. */
  EXPIRED
}
