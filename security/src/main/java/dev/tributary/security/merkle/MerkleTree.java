package dev.tributary.security.merkle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * The Merkle tree of a list (RFC 6962, section 2.1).
 *
 * <p>The RFC splits a list at the largest power of two below its length. Level by level that is:
 * pair up neighbours, and let the last one of an odd number through unchanged. Keeps about twice as
 * many hashes as there are leaves; immutable.
 */
public final class MerkleTree {

  /** From the leaves' hashes up to the root. */
  private final List<List<MerkleHash>> levels;

  private MerkleTree(List<List<MerkleHash>> levels) {
    this.levels = levels;
  }

  /**
   * The tree over these leaves.
   *
   * @param leaves at least one, each of any length
   * @throws IllegalArgumentException when there is none
   */
  public static MerkleTree of(List<byte[]> leaves) {
    if (leaves.isEmpty()) {
      throw new IllegalArgumentException("Merkle tree: expected at least 1 leaf, got none");
    }
    List<List<MerkleHash>> levels = new ArrayList<>();
    List<MerkleHash> level = leaves.stream().map(MerkleHash::ofLeaf).toList();
    levels.add(level);
    while (level.size() > 1) {
      level = above(level);
      levels.add(level);
    }
    return new MerkleTree(List.copyOf(levels));
  }

  /** The hash of the whole list. */
  public MerkleHash root() {
    return levels.get(levels.size() - 1).get(0);
  }

  /** How many leaves there are. */
  public int leafCount() {
    return levels.get(0).size();
  }

  /**
   * The proof of one leaf: {@code PATH} of section 2.1.1.
   *
   * @throws IndexOutOfBoundsException when there is no such leaf
   */
  public MerkleProof proof(int index) {
    Objects.checkIndex(index, leafCount());
    List<MerkleHash> path = new ArrayList<>();
    int at = index;
    for (List<MerkleHash> level : levels) {
      int sibling = at ^ 1;
      if (sibling < level.size()) {
        path.add(level.get(sibling));
      }
      at >>= 1;
    }
    return new MerkleProof(path);
  }

  /**
   * The proof of several leaves at once, which shares what their paths have in common.
   *
   * @param indices strictly ascending, at least one
   * @throws IllegalArgumentException when they are not
   * @throws IndexOutOfBoundsException when there is no such leaf
   */
  public MerkleMultiproof multiproof(int[] indices) {
    if (!MerkleMultiproof.isAscending(indices)) {
      throw new IllegalArgumentException(
          "leaves to prove: expected at least 1 index, strictly ascending");
    }
    for (int index : indices) {
      Objects.checkIndex(index, leafCount());
    }
    List<MerkleHash> hashes = new ArrayList<>();
    int[] known = indices.clone();
    for (List<MerkleHash> level : levels) {
      int parents = 0;
      for (int i = 0; i < known.length; i++) {
        int sibling = known[i] ^ 1;
        if (i + 1 < known.length && known[i + 1] == sibling) {
          i++;
        } else if (sibling < level.size()) {
          hashes.add(level.get(sibling));
        }
        known[parents++] = sibling >> 1;
      }
      known = Arrays.copyOf(known, parents);
    }
    return new MerkleMultiproof(hashes);
  }

  private static List<MerkleHash> above(List<MerkleHash> level) {
    List<MerkleHash> above = new ArrayList<>((level.size() + 1) / 2);
    for (int i = 0; i + 1 < level.size(); i += 2) {
      above.add(MerkleHash.ofNode(level.get(i), level.get(i + 1)));
    }
    if (level.size() % 2 == 1) {
      above.add(level.get(level.size() - 1));
    }
    return List.copyOf(above);
  }
}
