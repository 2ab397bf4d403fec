package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.DeviceStep;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where this device is in the key protocol of its round, with all that it needs to go on without
 * asking what it agreed to.
 *
 * @param manifest the terms that the keys are bound to
 * @param digest the manifest's
 * @param step holds the secrets
 * @param update the finished one, from when its masks are forgotten
 */
record KeptStep(
    RoundManifest manifest, ContentDigest digest, DeviceStep step, Optional<SignedUpdate> update) {

  /** A step of a device that has no update yet. */
  static KeptStep of(RoundManifest manifest, DeviceStep step) {
    return new KeptStep(manifest, ContentDigest.ofBytes(manifest.digest()), step, Optional.empty());
  }

  /** What the session of this round rests on. */
  SessionTerms terms() {
    return SessionTerms.of(manifest);
  }

  /** The next step of the same round. */
  KeptStep then(DeviceStep next) {
    return new KeptStep(manifest, digest, next, update);
  }

  /** The next step, in which there is nothing to mask another update with. */
  KeptStep then(DeviceStep next, SignedUpdate only) {
    return new KeptStep(manifest, digest, next, Optional.of(only));
  }

  /** {@code u32 length ‖ manifest ‖ u32 length ‖ update or nothing ‖ step}. */
  SecretBytes encode() {
    byte[] terms = manifest.encode();
    byte[] signed = update.map(SignedUpdate::encode).orElse(new byte[0]);
    SecretBytes secret = step.encode();
    try {
      return secret.lend(
          InsecureSecretAccess.get(),
          lent -> {
            ByteBuffer all =
                ByteBuffer.allocate(2 * Integer.BYTES + terms.length + signed.length + lent.length);
            all.putInt(terms.length).put(terms).putInt(signed.length).put(signed).put(lent);
            SecretBytes encoded = SecretBytes.copyOf(all.array(), InsecureSecretAccess.get());
            Arrays.fill(all.array(), (byte) 0);
            return encoded;
          });
    } finally {
      secret.destroy();
    }
  }

  /**
   * What {@link #encode} wrote.
   *
   * @throws IllegalArgumentException when the bytes are something else
   */
  static KeptStep decode(SecretBytes encoded) {
    return encoded.lend(InsecureSecretAccess.get(), KeptStep::decode);
  }

  private static KeptStep decode(byte[] lent) {
    ByteBuffer in = ByteBuffer.wrap(lent);
    try {
      RoundManifest manifest = RoundManifest.decode(field(in));
      byte[] signed = field(in);
      byte[] rest = new byte[in.remaining()];
      in.get(rest);
      SecretBytes secret = SecretBytes.copyOf(rest, InsecureSecretAccess.get());
      Arrays.fill(rest, (byte) 0);
      try {
        return new KeptStep(
            manifest,
            ContentDigest.ofBytes(manifest.digest()),
            DeviceStep.decode(SessionTerms.of(manifest), secret),
            signed.length == 0 ? Optional.empty() : Optional.of(SignedUpdate.decode(signed)));
      } finally {
        secret.destroy();
      }
    } catch (RejectedException | BufferUnderflowException e) {
      throw new IllegalArgumentException("kept step: " + e.getMessage(), e);
    }
  }

  private static byte[] field(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] field = new byte[length];
    in.get(field);
    return field;
  }

  /** Which step of which round: secrets are never printed. */
  @Override
  public String toString() {
    return "KeptStep[" + manifest.roundId() + ", " + step.getClass().getSimpleName() + "]";
  }
}
