package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.aggregation.protocol.access.EnrolRequest;
import dev.tributary.aggregation.protocol.access.Nonce;
import dev.tributary.aggregation.protocol.access.SessionRequest;
import dev.tributary.aggregation.protocol.access.SessionResponse;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.security.SecureRandom;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What a proof is bound to: nothing of it can be taken to another request. */
class AccessProofTest {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final VersionRange VERSIONS = VersionRange.SUPPORTED;
  private static final PopulationName POPULATION = new PopulationName("keyboards");
  private static final SdkVersion SDK = new SdkVersion(1, 2, 3);

  private final DeviceKeyPair keys = DeviceKeyPair.generate(RANDOM);
  private final DeviceKeyPair otherKeys = DeviceKeyPair.generate(RANDOM);
  private final BearerToken token = BearerToken.random(RANDOM);
  private final Nonce nonce = Nonce.random(RANDOM);
  private final EnrolRequest enrol = EnrolRequest.signed(VERSIONS, POPULATION, token, keys, SDK);
  private final SessionRequest session = SessionRequest.signed(VERSIONS, nonce, keys);

  @Test
  void ownProof_holds() throws RejectedException {
    enrol.verifyProof();
    session.verifySignature(keys.publicKey());
    assertThat(session.deviceId()).isEqualTo(DeviceId.of(keys.publicKey()));
  }

  @Test
  void enrolProof_isForItsToken() {
    EnrolRequest moved =
        new EnrolRequest(
            VERSIONS, POPULATION, BearerToken.random(RANDOM), keys.publicKey(), SDK, enrol.proof());
    assertBadSignature(moved::verifyProof);
  }

  @Test
  void enrolProof_isForItsKey() {
    EnrolRequest moved =
        new EnrolRequest(VERSIONS, POPULATION, token, otherKeys.publicKey(), SDK, enrol.proof());
    assertBadSignature(moved::verifyProof);
  }

  @Test
  void sessionSignature_isForItsDevice() {
    assertBadSignature(() -> session.verifySignature(otherKeys.publicKey()));
    SessionRequest moved =
        new SessionRequest(
            VERSIONS, DeviceId.of(otherKeys.publicKey()), nonce, session.signature());
    assertBadSignature(() -> moved.verifySignature(keys.publicKey()));
  }

  @Test
  void sessionSignature_isForItsChallenge() {
    SessionRequest replayed =
        new SessionRequest(VERSIONS, session.deviceId(), Nonce.random(RANDOM), session.signature());
    assertBadSignature(() -> replayed.verifySignature(keys.publicKey()));
  }

  @Test
  void signatureOfOneKind_isNotOneOfTheOther() {
    SessionRequest swapped = new SessionRequest(VERSIONS, session.deviceId(), nonce, enrol.proof());
    assertBadSignature(() -> swapped.verifySignature(keys.publicKey()));
  }

  @Test
  void anyFlippedBit_breaksTheProof() {
    byte[] proof = enrol.proof().toByteArray();
    for (int bit = 0; bit < 8 * proof.length; bit++) {
      byte[] flipped = proof.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      EnrolRequest forged =
          new EnrolRequest(
              VERSIONS, POPULATION, token, keys.publicKey(), SDK, DeviceSignature.of(flipped));
      assertBadSignature(forged::verifyProof);
    }
  }

  @Test
  void messagesWithTokens_doNotShowThem() {
    String text = token.text(InsecureSecretAccess.get());
    assertThat(enrol.toString()).doesNotContain(text).contains("redacted");
    assertThat(new SessionResponse(1, token, 60).toString())
        .doesNotContain(text)
        .contains("redacted");
  }

  private static void assertBadSignature(ThrowingCallable check) {
    assertThatExceptionOfType(RejectedException.class)
        .isThrownBy(check)
        .satisfies(e -> assertThat(e.reason()).isEqualTo(RejectReason.BAD_SIGNATURE));
  }
}
