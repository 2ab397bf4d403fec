package dev.tributary.security.identity.certificate;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * From when to when a certificate holds, both ends included (RFC 5280, section 4.1.2.5).
 *
 * @param notBefore a whole second, not before 1970
 * @param notAfter a whole second after {@code notBefore}, not after 9999
 */
public record Validity(Instant notBefore, Instant notAfter) {

  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** Checks both instants. */
  public Validity {
    checkWholeSecond(notBefore);
    checkWholeSecond(notAfter);
    if (!notBefore.isBefore(notAfter)) {
      throw new IllegalArgumentException(
          "validity: expected its end after " + notBefore + ", got " + notAfter);
    }
    if (notBefore.isBefore(Instant.EPOCH) || notAfter.isAfter(LATEST)) {
      throw new IllegalArgumentException(
          "validity: expected years 1970 to 9999, got " + notBefore + " to " + notAfter);
    }
  }

  /** Whether all of {@code inner} lies within this. */
  boolean encloses(Validity inner) {
    return !inner.notBefore.isBefore(notBefore) && !inner.notAfter.isAfter(notAfter);
  }

  /** Why it does not hold at an instant. */
  Optional<CertificateRefusal> refusalAt(Instant instant) {
    if (instant.isBefore(notBefore)) {
      return Optional.of(CertificateRefusal.NOT_YET_VALID);
    }
    return instant.isAfter(notAfter) ? Optional.of(CertificateRefusal.EXPIRED) : Optional.empty();
  }

  private static void checkWholeSecond(Instant instant) {
    if (!instant.equals(instant.truncatedTo(ChronoUnit.SECONDS))) {
      throw new IllegalArgumentException("validity: expected a whole second, got " + instant);
    }
  }
}
