package dev.tributary.client;

import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.DeviceStep;
import dev.tributary.security.identity.DeviceSignature;
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
 * @param step holds the secrets
 * @param updateSignature of the finished update, from when the masks are forgotten
 */
record KeptStep(
    RoundManifest manifest, DeviceStep step, Optional<DeviceSignature> updateSignature) {

  /** A step of a device that has no update yet. */
  static KeptStep of(RoundManifest manifest, DeviceStep step) {
    return new KeptStep(manifest, step, Optional.empty());
  }

  /** What the session of this round rests on. */
  SessionTerms terms() {
    return SessionTerms.of(manifest);
  }

  /** The next step of the same round. */
  KeptStep then(DeviceStep next) {
    return new KeptStep(manifest, next, updateSignature);
  }

  /** The next step, after which there is nothing to sign the update with. */
  KeptStep then(DeviceStep next, DeviceSignature signature) {
    return new KeptStep(manifest, next, Optional.of(signature));
  }

  /** {@code u32 length ‖ manifest ‖ u32 length ‖ signature or nothing ‖ step}. */
  SecretBytes encode() {
    byte[] terms = manifest.encode();
    byte[] signature = updateSignature.map(DeviceSignature::toByteArray).orElse(new byte[0]);
    SecretBytes secret = step.encode();
    try {
      return secret.lend(
          InsecureSecretAccess.get(),
          lent -> {
            ByteBuffer all =
                ByteBuffer.allocate(
                    2 * Integer.BYTES + terms.length + signature.length + lent.length);
            all.putInt(terms.length).put(terms).putInt(signature.length).put(signature).put(lent);
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
      byte[] signature = field(in);
      byte[] rest = new byte[in.remaining()];
      in.get(rest);
      SecretBytes secret = SecretBytes.copyOf(rest, InsecureSecretAccess.get());
      Arrays.fill(rest, (byte) 0);
      try {
        return new KeptStep(
            manifest,
            DeviceStep.decode(SessionTerms.of(manifest), secret),
            signature.length == 0 ? Optional.empty() : Optional.of(DeviceSignature.of(signature)));
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
