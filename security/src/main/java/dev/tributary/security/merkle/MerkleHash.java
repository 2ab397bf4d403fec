package dev.tributary.security.merkle;

import dev.tributary.security.Sha256;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A SHA-256 hash in a Merkle tree: of a leaf, of a node, or the root. Compared by value. */
public final class MerkleHash {

  /** Length of a hash. */
  public static final int LENGTH_BYTES = 32;

  private static final byte LEAF_PREFIX = 0x00;
  private static final byte NODE_PREFIX = 0x01;

  private final byte[] bytes;

  private MerkleHash(byte[] owned) {
    this.bytes = owned;
  }

  /**
   * The hash with these bytes.
   *
   * @param bytes byte[32], copied
   * @throws IllegalArgumentException for another length
   */
  public static MerkleHash of(byte[] bytes) {
    if (bytes.length != LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "Merkle hash: expected " + LENGTH_BYTES + " bytes, got " + bytes.length);
    }
    return new MerkleHash(bytes.clone());
  }

  /** {@code SHA-256(0x00 ‖ leaf)}. */
  public static MerkleHash ofLeaf(byte[] leaf) {
    MessageDigest digest = Sha256.start();
    digest.update(LEAF_PREFIX);
    return new MerkleHash(digest.digest(leaf));
  }

  /** {@code SHA-256(0x01 ‖ left ‖ right)}. */
  static MerkleHash ofNode(MerkleHash left, MerkleHash right) {
    MessageDigest digest = Sha256.start();
    digest.update(NODE_PREFIX);
    digest.update(left.bytes);
    return new MerkleHash(digest.digest(right.bytes));
  }

  /** A copy: byte[32]. */
  public byte[] toByteArray() {
    return bytes.clone();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MerkleHash that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Lower-case hex. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
