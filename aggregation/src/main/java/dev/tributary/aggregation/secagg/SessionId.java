package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.round.RoundManifest;

/**
 * What all keys, masks and signatures of one run of the protocol are bound to: {@code
 * SHA-256("tributary/sa/v1/session" ‖ digest of the manifest)}.
 *
 * <p>The manifest names the round (every attempt has a number of its own), the shard and the model
 * that the devices train from. So devices that were given different models, or an answer from
 * another round, derive different masks, and nothing cancels (Pasquini et al., "Eluding secure
 * aggregation in federated learning via model inconsistency", 2022).
 *
 * @param bytes byte[32]
 */
public record SessionId(OpaqueBytes bytes) {

  private static final String LABEL = "tributary/sa/v1/session";

  /** The session of a manifest. */
  public static SessionId of(RoundManifest manifest) {
    return ofManifestDigest(manifest.digest());
  }

  static SessionId ofManifestDigest(byte[] digest) {
    return new SessionId(OpaqueBytes.of(Transcript.of(LABEL).fixed(digest).sha256()));
  }
}
