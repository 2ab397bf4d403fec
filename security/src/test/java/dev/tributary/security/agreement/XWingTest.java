package dev.tributary.security.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.SecretWithEncapsulation;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.xwing.XWingPublicKeyParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bare mechanism, by draft-connolly-cfrg-xwing-kem-08 and by Bouncy Castle's own. */
class XWingTest {

  private static final HexFormat HEX = HexFormat.of();

  /**
   * Appendix C, the first two: {@code sk}, {@code eseed}, {@code ss}, and of {@code pk} and {@code
   * ct} the beginning and the end. What lies between is covered too: {@code ss} is a hash over
   * ML-KEM's secret, which hashes all of {@code pk}, and decapsulation re-encrypts and compares all
   * of {@code ct}.
   */
  @ParameterizedTest
  @CsvSource({
    "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26,"
        + "3cb1eea988004b93103cfb0aeefd2a686e01fa4a58e8a3639ca8a1e3f9ae57e2"
        + "35b8cc873c23dc62b8d260169afa2f75ab916a58d974918835d25e6a435085b2,"
        + "e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5,"
        + "de5b69859edb06eff389b27dce59844570216223593d4ba32d9abac8cd049040ef6534,"
        + "b83aa828d4d62b9a83ceffe1d3d3bb1ef31264643c070c5798927e41fb07914a,"
        + "e56f17576740ce2a32fc5145030145cfb97e63e0e41d354274a079d3e6fb2e15,"
        + "d2df0522128f09dd8e2c92b1e905c793d8f57a54c3da25861f10bf4ca613e384",
    "badfd6dfaac359a5efbb7bcc4b59d538df9a04302e10c8bc1cbf1a0b3a5120ea,"
        + "17cda7cfad765f5623474d368ccca8af0007cd9f5e4c849f167a580b14aabdef"
        + "aee7eef47cb0fca9767be1fda69419dfb927e9df07348b196691abaeb580b32d,"
        + "0333285fa253661508c9fb444852caa4061636cb060e69943b431400134ae1fb,"
        + "cbb48fd4c562a576549f85b528c953926d96ea8a160b8843f1c89c62,"
        + "c93beb22326705699bbc3d1d0aa6339be7a405debe61a7c337e1a91453c097a6,"
        + "a8c91bdf6e0e03200693c9651e469aee6f91c98bea4127ae66312f4ae3ea155b67,"
        + "f2e86241c64d60f6649fbc6c5b7d17180b780a3f34355e64a85749949c45f150"
  })
  void vectorsOfTheDraft_areReproduced(
      String sk,
      String eseed,
      String pkStart,
      String pkEnd,
      String ctStart,
      String ctEnd,
      String ss) {
    XWingKeyExchange key = new XWingKeyExchange(HEX.parseHex(sk));
    KeyExchange.RawOffer offer = XWingKeyExchange.encapsulate(key.publicKey(), HEX.parseHex(eseed));

    assertThat(HEX.formatHex(key.publicKey()))
        .hasSize(2 * 1216)
        .startsWith(pkStart)
        .endsWith(pkEnd);
    assertThat(HEX.formatHex(offer.encapsulation()))
        .hasSize(2 * 1120)
        .startsWith(ctStart)
        .endsWith(ctEnd);
    assertThat(HEX.formatHex(offer.secret())).isEqualTo(ss);
    assertThat(HEX.formatHex(key.accept(new byte[0], offer.encapsulation()))).isEqualTo(ss);
  }

  @Property(tries = 40)
  void keysAndSecrets_areThoseOfBouncyCastle(
      @ForAll @Size(32) byte[] seed, @ForAll @Size(64) byte[] coins) {
    XWingKeyExchange ours = new XWingKeyExchange(seed);
    XWingPrivateKeyParameters theirs = new XWingPrivateKeyParameters(seed);
    assertThat(ours.publicKey()).isEqualTo(theirs.getPublicKeyParameters().getEncoded());

    KeyExchange.RawOffer offer = XWingKeyExchange.encapsulate(ours.publicKey(), coins);
    assertThat(new XWingKEMExtractor(theirs).extractSecret(offer.encapsulation()))
        .isEqualTo(offer.secret());

    SecretWithEncapsulation given =
        new XWingKEMGenerator(new SecureRandom())
            .generateEncapsulated(new XWingPublicKeyParameters(ours.publicKey()));
    assertThat(ours.accept(new byte[0], given.getEncapsulation())).isEqualTo(given.getSecret());
  }

  @Test
  void publicKeyWithACoefficientThatIsNotReduced_isRefused() {
    byte[] key = new XWingKeyExchange(new byte[32]).publicKey();
    // the first coefficient: 12 bits, all ones, is 4095 and the modulus 3329
    key[0] = (byte) 0xff;
    key[1] |= 0x0f;
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgreementPublicKey.of(CipherSuite.HYBRID, key));
  }

  @Test
  void publicKeyWithAPointOfSmallOrder_isRefused() {
    byte[] key = new XWingKeyExchange(new byte[32]).publicKey();
    Arrays.fill(key, 1184, 1216, (byte) 0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgreementPublicKey.of(CipherSuite.HYBRID, key))
        .withMessageContaining("small order");
  }

  @Test
  void encapsulationWithAPointOfSmallOrder_isRefused() {
    XWingKeyExchange key = new XWingKeyExchange(new byte[32]);
    byte[] encapsulation =
        XWingKeyExchange.encapsulate(key.publicKey(), new byte[64]).encapsulation();
    Arrays.fill(encapsulation, 1088, 1120, (byte) 0);
    assertThatIllegalArgumentException().isThrownBy(() -> key.accept(new byte[0], encapsulation));
  }
}
