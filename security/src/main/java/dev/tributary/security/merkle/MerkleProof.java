package dev.tributary.security.merkle;

import java.util.Iterator;
import java.util.List;

/**
 * A proof that a leaf stands at an index (RFC 6962, section 2.1.1): the hashes beside its path,
 * from the leaf up.
 *
 * @param path about log2 of the number of leaves
 */
public record MerkleProof(List<MerkleHash> path) {

  /** Copies the list. */
  public MerkleProof {
    path = List.copyOf(path);
  }

  /**
   * Whether {@code leaf} stands at {@code index} of the list of {@code leafCount} leaves with this
   * root (RFC 9162, section 2.1.3.2). The path must have exactly the length that belongs to the
   * index.
   *
   * @param leafCount as authenticated as the root: another number can give the same shape
   */
  public boolean proves(byte[] leaf, int index, int leafCount, MerkleHash root) {
    if (index < 0 || index >= leafCount) {
      return false;
    }
    MerkleHash hash = MerkleHash.ofLeaf(leaf);
    Iterator<MerkleHash> rest = path.iterator();
    int at = index;
    for (int size = leafCount; size > 1; size = (size + 1) >>> 1, at >>= 1) {
      if ((at ^ 1) < size) {
        if (!rest.hasNext()) {
          return false;
        }
        MerkleHash sibling = rest.next();
        hash = (at & 1) == 0 ? MerkleHash.ofNode(hash, sibling) : MerkleHash.ofNode(sibling, hash);
      }
    }
    return !rest.hasNext() && hash.equals(root);
  }
}
