package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.secret.SecretBytes;

/**
 * One mask of a vector: the keystream of AES in counter mode under {@code key}, counter from zero,
 * read as little-endian words of the width of a lane and added to the lanes or subtracted from
 * them.
 *
 * <p>Ownership: the key stays the caller's, who destroys it when the mask has no more use.
 *
 * @param key 16 bytes for AES-128 or 32 for AES-256; used for one vector only
 * @param sign whether it is added or subtracted
 */
public record Mask(SecretBytes key, Sign sign) {

  /** What a mask does to the lanes. Public: it follows from the ids of two devices. */
  public enum Sign {
    ADD,
    SUBTRACT
  }

  public Mask {
    if (key.length() != 16 && key.length() != 32) {
      throw new IllegalArgumentException(
          "key of a mask: expected 16 or 32 bytes, got " + key.length());
    }
  }

  /** A mask that is added. */
  public static Mask added(SecretBytes key) {
    return new Mask(key, Sign.ADD);
  }

  /** A mask that is subtracted. */
  public static Mask subtracted(SecretBytes key) {
    return new Mask(key, Sign.SUBTRACT);
  }

  /** The mask that takes this one away again. The key is the same object. */
  public Mask inverse() {
    return new Mask(key, sign == Sign.ADD ? Sign.SUBTRACT : Sign.ADD);
  }
}
