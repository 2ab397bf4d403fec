package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.security.merkle.MerkleHash;
import dev.tributary.security.merkle.MerkleProof;
import dev.tributary.security.merkle.MerkleTree;
import java.util.List;
import java.util.Optional;

/** The tree over all envelopes of one dealer, ascending by recipient: one signature for all. */
public final class EnvelopeTree {

  private final MerkleTree tree;

  /**
   * The tree.
   *
   * @param shares at least one
   */
  public EnvelopeTree(SessionBytes layout, List<SealedShare> shares) {
    this.tree =
        MerkleTree.of(
            shares.stream()
                .map(share -> layout.envelopeLeaf(share.recipient(), share.envelope()))
                .toList());
  }

  /** What the dealer signs. */
  public OpaqueBytes root() {
    return OpaqueBytes.of(tree.root().toByteArray());
  }

  /** The proof for the recipient at {@code rank}. */
  public List<OpaqueBytes> proof(int rank) {
    return tree.proof(rank).path().stream()
        .map(hash -> OpaqueBytes.of(hash.toByteArray()))
        .toList();
  }

  /** The root that a leaf and its proof lead to; empty when the proof has another shape. */
  public static Optional<OpaqueBytes> root(
      byte[] leaf, int rank, int count, List<OpaqueBytes> proof) {
    return new MerkleProof(proof.stream().map(node -> MerkleHash.of(node.toByteArray())).toList())
        .root(leaf, rank, count)
        .map(root -> OpaqueBytes.of(root.toByteArray()));
  }
}
