package dev.tributary.security.merkle;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;

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
    return root(leaf, index, leafCount).filter(root::equals).isPresent();
  }

  /**
   * The root that this path leads to from {@code leaf}, to be compared with one that is signed.
   *
   * @return empty when there is no such index, or the path has not the length that belongs to it
   */
  public Optional<MerkleHash> root(byte[] leaf, int index, int leafCount) {
    if (index < 0 || index >= leafCount) {
      return Optional.empty();
    }
    MerkleHash hash = MerkleHash.ofLeaf(leaf);
    Iterator<MerkleHash> rest = path.iterator();
    int at = index;
    for (int size = leafCount; size > 1; size = (size + 1) >>> 1, at >>= 1) {
      if ((at ^ 1) < size) {
        if (!rest.hasNext()) {
          return Optional.empty();
        }
        MerkleHash sibling = rest.next();
        hash = (at & 1) == 0 ? MerkleHash.ofNode(hash, sibling) : MerkleHash.ofNode(sibling, hash);
      }
    }
    return rest.hasNext() ? Optional.empty() : Optional.of(hash);
  }
}
