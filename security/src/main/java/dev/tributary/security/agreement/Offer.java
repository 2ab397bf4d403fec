package dev.tributary.security.agreement;

import dev.tributary.security.secret.SecretBytes;

/**
 * What the offering party has after its half of an agreement.
 *
 * @param encapsulation byte[{@link CipherSuite#encapsulationLengthBytes()}], to be sent to the
 *     accepting party, not secret; owned by the holder of this record
 * @param secret 32 bytes, the same that the accepting party will have; destroyed by the holder
 */
public record Offer(byte[] encapsulation, SecretBytes secret) {

  @Override
  public String toString() {
    return "Offer[encapsulation=" + encapsulation.length + " bytes, secret redacted]";
  }
}
