package dev.tributary.security.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class AgreementKeyPairTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final byte[] CONTEXT = "lower to higher".getBytes(StandardCharsets.US_ASCII);

  @ParameterizedTest
  @EnumSource
  void bothParties_haveTheSameSecret(CipherSuite suite) {
    AgreementKeyPair lower = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair higher = AgreementKeyPair.generate(suite, RANDOM);
    Offer offer = lower.offer(higher.publicKey(), lower.coins(CONTEXT));

    assertThat(offer.encapsulation()).hasSize(suite.encapsulationLengthBytes());
    assertThat(offer.secret().length()).isEqualTo(32);
    assertThat(higher.accept(lower.publicKey(), offer.encapsulation())).isEqualTo(offer.secret());
  }

  @ParameterizedTest
  @EnumSource
  void seedAlone_givesEverythingAgain(CipherSuite suite) {
    AgreementKeyPair lower = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair higher = AgreementKeyPair.generate(suite, RANDOM);
    Offer offer = lower.offer(higher.publicKey(), lower.coins(CONTEXT));

    AgreementKeyPair lowerAgain = AgreementKeyPair.of(suite, copy(lower.seed()));
    AgreementKeyPair higherAgain = AgreementKeyPair.of(suite, copy(higher.seed()));
    Offer offerAgain = lowerAgain.offer(higher.publicKey(), lowerAgain.coins(CONTEXT));

    assertThat(lowerAgain.publicKey()).isEqualTo(lower.publicKey());
    assertThat(offerAgain.encapsulation()).isEqualTo(offer.encapsulation());
    assertThat(offerAgain.secret()).isEqualTo(offer.secret());
    assertThat(higherAgain.accept(lower.publicKey(), offer.encapsulation()))
        .isEqualTo(offer.secret());
  }

  @ParameterizedTest
  @EnumSource
  void secret_belongsToTheRoles(CipherSuite suite) {
    AgreementKeyPair one = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair other = AgreementKeyPair.generate(suite, RANDOM);
    SecretBytes coins = one.coins(CONTEXT);
    assertThat(one.offer(other.publicKey(), coins).secret())
        .isNotEqualTo(other.offer(one.publicKey(), coins).secret());
  }

  /** A pair remembers what it offered; that must show nowhere. */
  @ParameterizedTest
  @EnumSource
  void pairThatOffered_acceptsLikeOneThatDidNot(CipherSuite suite) {
    AgreementKeyPair one = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair other = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair fresh = AgreementKeyPair.of(suite, copy(one.seed()));
    Offer toOther = one.offer(other.publicKey(), one.coins(CONTEXT));
    Offer toOne = other.offer(one.publicKey(), other.coins(CONTEXT));

    for (int time = 0; time < 2; time++) {
      assertThat(one.accept(other.publicKey(), toOne.encapsulation()))
          .isEqualTo(toOne.secret())
          .isEqualTo(fresh.accept(other.publicKey(), toOne.encapsulation()));
      assertThat(other.accept(one.publicKey(), toOther.encapsulation()))
          .isEqualTo(toOther.secret());
    }
  }

  /** Nor must it show that agreements were prepared, wherever in the exchange. */
  @ParameterizedTest
  @EnumSource
  void preparedAgreements_areThoseOfAPairThatPreparedNothing(CipherSuite suite) {
    AgreementKeyPair pair = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair fresh = AgreementKeyPair.of(suite, copy(pair.seed()));
    List<AgreementKeyPair> peers =
        Stream.generate(() -> AgreementKeyPair.generate(suite, RANDOM)).limit(5).toList();
    List<AgreementPublicKey> keys = peers.stream().map(AgreementKeyPair::publicKey).toList();
    pair.prepare(keys.subList(0, 3));
    for (AgreementKeyPair peer : peers) {
      Offer offer = pair.offer(peer.publicKey(), CONTEXT);
      assertThat(offer.secret()).isEqualTo(fresh.offer(peer.publicKey(), CONTEXT).secret());
      assertThat(peer.accept(pair.publicKey(), offer.encapsulation())).isEqualTo(offer.secret());
    }
    pair.prepare(keys);
    for (AgreementKeyPair peer : peers) {
      Offer offer = peer.offer(pair.publicKey(), CONTEXT);
      for (int time = 0; time < 2; time++) {
        assertThat(pair.accept(peer.publicKey(), offer.encapsulation())).isEqualTo(offer.secret());
      }
    }
    AgreementKeyPair accepting = AgreementKeyPair.of(suite, copy(pair.seed()));
    accepting.prepare(keys);
    for (AgreementKeyPair peer : peers) {
      Offer offer = peer.offer(pair.publicKey(), CONTEXT);
      for (int time = 0; time < 2; time++) {
        assertThat(accepting.accept(peer.publicKey(), offer.encapsulation()))
            .isEqualTo(offer.secret());
      }
    }
    pair.prepare(List.of());
    pair.destroy();
    assertThatIllegalStateException().isThrownBy(() -> pair.prepare(List.of()));
  }

  @ParameterizedTest
  @EnumSource
  void claimedOfferer_isPartOfTheSecret(CipherSuite suite) {
    AgreementKeyPair lower = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair higher = AgreementKeyPair.generate(suite, RANDOM);
    AgreementKeyPair third = AgreementKeyPair.generate(suite, RANDOM);
    Offer offer = lower.offer(higher.publicKey(), lower.coins(CONTEXT));
    assertThat(higher.accept(third.publicKey(), offer.encapsulation()))
        .isNotEqualTo(offer.secret());
  }

  @Test
  void anyFlippedBitOfAnEncapsulation_givesAnotherSecret() {
    AgreementKeyPair lower = AgreementKeyPair.generate(CipherSuite.HYBRID, RANDOM);
    AgreementKeyPair higher = AgreementKeyPair.generate(CipherSuite.HYBRID, RANDOM);
    Offer offer = lower.offer(higher.publicKey(), lower.coins(CONTEXT));
    // every byte, and in it a bit that moves along
    for (int i = 0; i < offer.encapsulation().length; i++) {
      byte[] changed = offer.encapsulation().clone();
      changed[i] ^= (byte) (1 << i % 8);
      assertThat(higher.accept(lower.publicKey(), changed))
          .as("byte %d", i)
          .isNotEqualTo(offer.secret());
    }
  }

  @Test
  void coins_dependOnSeedAndContext() {
    AgreementKeyPair pair = AgreementKeyPair.generate(CipherSuite.HYBRID, RANDOM);
    assertThat(pair.coins(CONTEXT)).isEqualTo(pair.coins(CONTEXT));
    assertThat(pair.coins(CONTEXT)).isNotEqualTo(pair.coins(new byte[] {1}));
    assertThat(pair.coins(CONTEXT))
        .isNotEqualTo(AgreementKeyPair.generate(CipherSuite.HYBRID, RANDOM).coins(CONTEXT));
  }

  @Test
  void keyOfAnotherSuite_isRefused() {
    AgreementKeyPair classic = AgreementKeyPair.generate(CipherSuite.CLASSIC, RANDOM);
    AgreementKeyPair hybrid = AgreementKeyPair.generate(CipherSuite.HYBRID, RANDOM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> classic.offer(hybrid.publicKey(), classic.coins(CONTEXT)))
        .withMessage("public key of the peer: expected suite CLASSIC, got HYBRID");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> classic.prepare(List.of(hybrid.publicKey())))
        .withMessage("public key of the peer: expected suite CLASSIC, got HYBRID");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> hybrid.accept(classic.publicKey(), new byte[1120]));
  }

  @ParameterizedTest
  @CsvSource({"CLASSIC,1", "HYBRID,0", "HYBRID,1119", "HYBRID,1121"})
  void encapsulationOfAnotherLength_isRefused(CipherSuite suite, int length) {
    AgreementKeyPair pair = AgreementKeyPair.generate(suite, RANDOM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pair.accept(pair.publicKey(), new byte[length]))
        .withMessageEndingWith("bytes, got " + length);
  }

  @ParameterizedTest
  @EnumSource
  void seedAndCoinsOfAnotherLength_areRefused(CipherSuite suite) {
    AgreementKeyPair pair = AgreementKeyPair.generate(suite, RANDOM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgreementKeyPair.of(suite, SecretBytes.random(31, RANDOM)))
        .withMessage("seed of a key pair: expected 32 bytes, got 31");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> pair.offer(pair.publicKey(), SecretBytes.random(32, RANDOM)))
        .withMessage("coins of an offer: expected 64 bytes, got 32");
  }

  @ParameterizedTest
  @CsvSource({"CLASSIC,31", "CLASSIC,1216", "HYBRID,32", "HYBRID,1215"})
  void publicKeyOfAnotherLength_isRefused(CipherSuite suite, int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AgreementPublicKey.of(suite, new byte[length]))
        .withMessageEndingWith("bytes, got " + length);
  }

  @ParameterizedTest
  @EnumSource
  void publicKey_survivesItsEncoding(CipherSuite suite) {
    AgreementPublicKey key = AgreementKeyPair.generate(suite, RANDOM).publicKey();
    AgreementPublicKey again = AgreementPublicKey.of(suite, key.toByteArray());
    assertThat(again).isEqualTo(key).hasSameHashCodeAs(key).hasToString(key.toString());
    assertThat(key.toByteArray()).hasSize(suite.publicKeyLengthBytes());
  }

  @ParameterizedTest
  @EnumSource
  void destroyed_agreesNoMore(CipherSuite suite) {
    AgreementKeyPair pair = AgreementKeyPair.generate(suite, RANDOM);
    SecretBytes coins = pair.coins(CONTEXT);
    pair.destroy();
    assertThatIllegalStateException().isThrownBy(() -> pair.offer(pair.publicKey(), coins));
    assertThatIllegalStateException()
        .isThrownBy(
            () -> pair.accept(pair.publicKey(), new byte[suite.encapsulationLengthBytes()]));
    assertThatIllegalStateException().isThrownBy(() -> pair.coins(CONTEXT));
  }

  @ParameterizedTest
  @EnumSource
  void text_showsNoSecret(CipherSuite suite) {
    byte[] seed = new byte[32];
    Arrays.fill(seed, (byte) 0x77);
    AgreementKeyPair pair =
        AgreementKeyPair.of(suite, SecretBytes.copyOf(seed, InsecureSecretAccess.get()));
    Offer offer =
        pair.offer(AgreementKeyPair.generate(suite, RANDOM).publicKey(), pair.coins(CONTEXT));
    String secret = offer.secret().lend(InsecureSecretAccess.get(), HexFormat.of()::formatHex);
    assertThat(pair + " " + offer).doesNotContain("7777").doesNotContain(secret.substring(0, 8));
  }

  @Test
  void encapsulationThatNobodyCanAccept_isSeenWithoutAKey() {
    AgreementKeyPair pair = AgreementKeyPair.generate(CipherSuite.HYBRID, RANDOM);
    CipherSuite.HYBRID.checkEncapsulation(
        pair.offer(pair.publicKey(), pair.coins(CONTEXT)).encapsulation());
    CipherSuite.CLASSIC.checkEncapsulation(new byte[0]);
    byte[] smallOrder = new byte[CipherSuite.HYBRID.encapsulationLengthBytes()];
    for (byte[] bad : new byte[][] {smallOrder, new byte[1119], new byte[0]}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CipherSuite.HYBRID.checkEncapsulation(bad));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CipherSuite.CLASSIC.checkEncapsulation(smallOrder));
  }

  private static SecretBytes copy(SecretBytes secret) {
    return SecretBytes.copyOf(
        secret.toByteArray(InsecureSecretAccess.get()), InsecureSecretAccess.get());
  }
}
