package dev.tributary.security.identity.certificate;

import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DevicePublicKey;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.bouncycastle.crypto.params.MLDSAPublicKeyParameters;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of an authority and nothing else of it: what a device pins when it is enrolled,
 * and what certificates of other devices are verified with from then on.
 */
public final class AuthorityKeys {

  private final DevicePublicKey key;
  private final @Nullable MLDSAPublicKeyParameters alternativeKey;

  AuthorityKeys(DevicePublicKey key, @Nullable MLDSAPublicKeyParameters alternativeKey) {
    this.key = key;
    this.alternativeKey = alternativeKey;
  }

  /**
   * The keys with these encodings.
   *
   * @param ed25519 32 bytes
   * @param mlDsa65 1952 bytes, of an authority of the hybrid suite
   * @throws IllegalArgumentException when they are no such keys
   */
  public static AuthorityKeys of(byte[] ed25519, Optional<byte[]> mlDsa65) {
    return new AuthorityKeys(
        DevicePublicKey.of(ed25519),
        mlDsa65
            .map(encoded -> MlDsaKeyPair.decode(MlDsaKeyPair.ALGORITHM, encoded.clone()))
            .orElse(null));
  }

  /** The Ed25519 key. */
  public DevicePublicKey key() {
    return key;
  }

  /** The ML-DSA-65 key of an authority of the hybrid suite: 1952 bytes, a copy. */
  public Optional<byte[]> alternativeKeyBytes() {
    return Optional.ofNullable(alternativeKey).map(MLDSAPublicKeyParameters::getEncoded);
  }

  /** {@code HYBRID} when there is an ML-DSA-65 key beside the Ed25519 key. */
  public CipherSuite suite() {
    return alternativeKey == null ? CipherSuite.CLASSIC : CipherSuite.HYBRID;
  }

  Optional<MLDSAPublicKeyParameters> alternativeKey() {
    return Optional.ofNullable(alternativeKey);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AuthorityKeys that
        && key.equals(that.key)
        && Arrays.equals(encodedAlternative(), that.encodedAlternative());
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, Arrays.hashCode(encodedAlternative()));
  }

  @Override
  public String toString() {
    return "AuthorityKeys[" + key + ", suite=" + suite() + "]";
  }

  private byte[] encodedAlternative() {
    return alternativeKeyBytes().orElseGet(() -> new byte[0]);
  }
}
