package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.merkle.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/** A roster as a coordinator that cheats would make it: any entries, in any order. */
final class ForgedRoster {

  record Entry(DeviceId device, KeyAdvertisement keys) {}

  private final SessionTerms terms;
  private final List<Entry> entries;
  private final Function<byte[], DeviceSignature> signer;
  private final MerkleTree tree;

  ForgedRoster(SessionTerms terms, List<Entry> entries, Function<byte[], DeviceSignature> signer) {
    this.terms = terms;
    this.entries = entries;
    this.signer = signer;
    List<byte[]> leaves = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      leaves.add(SessionBytes.rosterLeaf(i, entries.get(i).device(), entries.get(i).keys()));
    }
    this.tree = MerkleTree.of(leaves);
  }

  OpaqueBytes root() {
    return OpaqueBytes.of(tree.root().toByteArray());
  }

  /** With the neighbours that follow from the root. */
  RosterAnswer answer(int index) {
    int[] neighbours = terms.graph(terms.graphParameters(entries.size()), root()).neighbours(index);
    Arrays.sort(neighbours);
    return answer(index, neighbours);
  }

  RosterAnswer answer(int index, int[] neighbours) {
    int[] proven =
        IntStream.concat(IntStream.of(index), IntStream.of(neighbours)).sorted().toArray();
    return new RosterAnswer(
        entries.size(),
        root(),
        signer.apply(new SessionBytes(terms).signedRoster(entries.size(), root())),
        index,
        IntStream.of(neighbours).mapToObj(i -> new RosterEntry(i, entries.get(i).keys())).toList(),
        tree.multiproof(proven).hashes().stream()
            .map(hash -> OpaqueBytes.of(hash.toByteArray()))
            .toList());
  }
}
