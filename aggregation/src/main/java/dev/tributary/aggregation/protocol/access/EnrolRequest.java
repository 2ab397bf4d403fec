package dev.tributary.aggregation.protocol.access;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;

/**
 * A device asks to become a member of a population: it shows a token that an operator gave out, and
 * proves that it holds the private half of the key that it wants to be known by.
 *
 * @param versions what the device speaks
 * @param population where it wants to take part
 * @param token the enrolment token
 * @param publicKey its identity from now on
 * @param sdkVersion the version of its software
 * @param proof signature by {@code publicKey} over {@code "tributary/enrol/v1" || public key (32
 *     bytes) || SHA-256(text of the token) (32 bytes)}: nobody can enrol a key that is not theirs,
 *     or move a proof to another token
 */
public record EnrolRequest(
    VersionRange versions,
    PopulationName population,
    BearerToken token,
    DevicePublicKey publicKey,
    SdkVersion sdkVersion,
    DeviceSignature proof) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 512;

  private static final String LABEL = "tributary/enrol/v1";
  private static final StrictDecoder<Wire.EnrolRequest> DECODER =
      new StrictDecoder<>("enrol request", Wire.EnrolRequest.getDefaultInstance(), MAXIMUM_BYTES);

  /** A request of the device that holds {@code keys}, with its proof. */
  public static EnrolRequest signed(
      VersionRange versions,
      PopulationName population,
      BearerToken token,
      DeviceKeyPair keys,
      SdkVersion sdkVersion) {
    DeviceSignature proof = keys.sign(signedText(keys.publicKey(), token));
    return new EnrolRequest(versions, population, token, keys.publicKey(), sdkVersion, proof);
  }

  /**
   * Requires that the sender holds the private half of {@link #publicKey}.
   *
   * @throws RejectedException with {@link RejectReason#BAD_SIGNATURE} otherwise
   */
  public void verifyProof() throws RejectedException {
    if (!publicKey.verifies(signedText(publicKey, token), proof)) {
      throw new RejectedException(
          RejectReason.BAD_SIGNATURE, "proof: not a signature by the key over this token and key");
    }
  }

  /**
   * Decodes a request; its proof is not verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid request
   */
  public static EnrolRequest decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, EnrolRequest::fromWire);
  }

  /** The encoding, which holds the token. */
  public byte[] encode() {
    return Wire.EnrolRequest.newBuilder()
        .setVersion(VersionRange.FIRST)
        .setMinimumVersion(versions.minimum())
        .setMaximumVersion(versions.maximum())
        .setPopulation(population.text())
        .setToken(token.text(InsecureSecretAccess.get()))
        .setPublicKey(ByteString.copyFrom(publicKey.toByteArray()))
        .setSdkVersion(sdkVersion.toString())
        .setProof(ByteString.copyFrom(proof.toByteArray()))
        .build()
        .toByteArray();
  }

  private static EnrolRequest fromWire(Wire.EnrolRequest wire) {
    FieldRules.exactBytes("public_key", wire.getPublicKey().size(), DevicePublicKey.LENGTH_BYTES);
    FieldRules.exactBytes("proof", wire.getProof().size(), DeviceSignature.LENGTH_BYTES);
    return new EnrolRequest(
        new VersionRange(wire.getMinimumVersion(), wire.getMaximumVersion()),
        new PopulationName(wire.getPopulation()),
        FieldRules.build(
            "token", RejectReason.FIELD_WRONG_FORM, () -> BearerToken.of(wire.getToken())),
        FieldRules.build(
            "public_key",
            RejectReason.FIELD_WRONG_FORM,
            () -> DevicePublicKey.of(wire.getPublicKey().toByteArray())),
        SdkVersion.of(wire.getSdkVersion()),
        DeviceSignature.of(wire.getProof().toByteArray()));
  }

  private static byte[] signedText(DevicePublicKey publicKey, BearerToken token) {
    return SignedText.of(LABEL, publicKey.toByteArray(), token.hash().toByteArray());
  }
}
