package dev.tributary.security.merkle;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;

/**
 * A proof that several leaves stand at their indices: the hashes that cannot be computed from them,
 * level by level from the leaves up, in each level from left to right.
 *
 * <p>Strict: the indices and the number of leaves say which hashes there are, so no hash can be
 * added, left out or moved, and a leaf cannot be given twice. One set of leaves has one proof.
 *
 * @param hashes at most {@code m log2(n)} for {@code m} of {@code n} leaves
 */
public record MerkleMultiproof(List<MerkleHash> hashes) {

  /** Copies the list. */
  public MerkleMultiproof {
    hashes = List.copyOf(hashes);
  }

  /**
   * Whether all {@code leaves} stand at their indices in the list of {@code leafCount} leaves with
   * this root.
   *
   * @param leaves by index; false when empty, which would prove nothing
   * @param leafCount as authenticated as the root: another number can give the same shape
   */
  public boolean proves(SortedMap<Integer, byte[]> leaves, int leafCount, MerkleHash root) {
    int[] indices = leaves.keySet().stream().mapToInt(Integer::intValue).toArray();
    if (!isAscending(indices) || indices[0] < 0 || indices[indices.length - 1] >= leafCount) {
      return false;
    }
    List<MerkleHash> known = leaves.values().stream().map(MerkleHash::ofLeaf).toList();
    Iterator<MerkleHash> rest = hashes.iterator();
    for (int size = leafCount; size > 1; size = (size + 1) >>> 1) {
      List<MerkleHash> above = new ArrayList<>(known.size());
      int i = 0;
      while (i < known.size()) {
        int at = indices[i];
        int sibling = at ^ 1;
        MerkleHash hash = known.get(i);
        boolean siblingIsKnown = i + 1 < known.size() && indices[i + 1] == sibling;
        i += siblingIsKnown ? 2 : 1;
        if (siblingIsKnown) {
          hash = MerkleHash.ofNode(hash, known.get(i - 1));
        } else if (sibling < size) {
          if (!rest.hasNext()) {
            return false;
          }
          MerkleHash given = rest.next();
          hash = sibling < at ? MerkleHash.ofNode(given, hash) : MerkleHash.ofNode(hash, given);
        }
        // above.size() < i, so this overwrites only what was read
        indices[above.size()] = at >> 1;
        above.add(hash);
      }
      known = above;
    }
    return !rest.hasNext() && known.get(0).equals(root);
  }

  static boolean isAscending(int[] indices) {
    for (int i = 1; i < indices.length; i++) {
      if (indices[i] <= indices[i - 1]) {
        return false;
      }
    }
    return indices.length > 0;
  }
}
