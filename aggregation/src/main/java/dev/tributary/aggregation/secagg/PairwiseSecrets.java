package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.agreement.Offer;
import dev.tributary.security.secret.SecretBytes;
import java.util.stream.Stream;

/**
 * The secret that two devices mask with. The lower index offers with coins that follow from its
 * seed, so that the coordinator, once it has opened the seed of either, comes to the same.
 */
public final class PairwiseSecrets {

  private PairwiseSecrets() {}

  /**
   * Makes agreements with all of these peers cheaper where the suite has a way, see {@link
   * AgreementKeyPair#prepare}. For keys of either purpose.
   *
   * @throws IllegalArgumentException for what is no key of the suite, if it has a way
   */
  public static void prepare(AgreementKeyPair own, Stream<OpaqueBytes> peerKeys) {
    if (own.suite() == CipherSuite.HYBRID) {
      return; // and spares decoding the keys once more
    }
    own.prepare(
        peerKeys.map(key -> AgreementPublicKey.of(own.suite(), key.toByteArray())).toList());
  }

  /** The lower index's half. */
  public static Offer offer(
      SessionBytes layout, CipherSuite suite, AgreementKeyPair own, int peer, OpaqueBytes peerKey) {
    return own.offer(
        AgreementPublicKey.of(suite, peerKey.toByteArray()), layout.coinsContext(peer));
  }

  /**
   * The higher index's half.
   *
   * @throws IllegalArgumentException when the encapsulation is none
   */
  public static SecretBytes accept(
      CipherSuite suite, AgreementKeyPair own, OpaqueBytes peerKey, OpaqueBytes encapsulation) {
    return own.accept(
        AgreementPublicKey.of(suite, peerKey.toByteArray()), encapsulation.toByteArray());
  }
}
