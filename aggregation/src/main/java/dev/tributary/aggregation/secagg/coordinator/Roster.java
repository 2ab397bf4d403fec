package dev.tributary.aggregation.secagg.coordinator;

import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.mask.graph.NeighbourGraph;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.merkle.MerkleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * R0, closed: who is in the session, at which place, with which keys, and whose neighbour. Devices
 * stand in it in the order of their ids. Immutable.
 */
public final class Roster {

  private final SessionTerms terms;
  private final List<DeviceId> devices = new ArrayList<>();
  private final List<KeyAdvertisement> keys = new ArrayList<>();
  private final List<DevicePublicKey> identities = new ArrayList<>();
  private final Map<DeviceId, Integer> places = new HashMap<>();
  private final MerkleTree tree;
  private final OpaqueBytes root;
  private final DeviceSignature signature;
  private final GraphParameters parameters;
  private final NeighbourGraph graph;

  Roster(
      SessionTerms terms,
      List<Map.Entry<DeviceId, KeyAdvertisement>> ascending,
      Map<DeviceId, DevicePublicKey> identityOf,
      Function<byte[], DeviceSignature> signer) {
    this.terms = terms;
    this.parameters = terms.graphParameters(ascending.size());
    List<byte[]> leaves = new ArrayList<>();
    for (var entry : ascending) {
      int index = devices.size();
      places.put(entry.getKey(), index);
      devices.add(entry.getKey());
      keys.add(entry.getValue());
      identities.add(Objects.requireNonNull(identityOf.get(entry.getKey())));
      leaves.add(SessionBytes.rosterLeaf(index, entry.getKey(), entry.getValue()));
    }
    this.tree = MerkleTree.of(leaves);
    this.root = OpaqueBytes.of(tree.root().toByteArray());
    this.signature = signer.apply(new SessionBytes(terms).signedRoster(devices.size(), root));
    this.graph = terms.graph(parameters, root);
  }

  /** What the session is about. */
  public SessionTerms terms() {
    return terms;
  }

  /** n. */
  public int size() {
    return devices.size();
  }

  /** Degree, threshold and floor. */
  public GraphParameters parameters() {
    return parameters;
  }

  /** The device at a place. */
  public DeviceId device(int index) {
    return devices.get(index);
  }

  /** The place of a device, if it is in the session. */
  public OptionalInt indexOf(DeviceId device) {
    Integer place = places.get(device);
    return place == null ? OptionalInt.empty() : OptionalInt.of(place);
  }

  /** Whether the device at a place signed the masked update with this digest. */
  public boolean signedUpdate(int index, byte[] sha256, DeviceSignature signature) {
    return identity(index).verifies(new SessionBytes(terms).signedUpdate(index, sha256), signature);
  }

  KeyAdvertisement keys(int index) {
    return keys.get(index);
  }

  DevicePublicKey identity(int index) {
    return identities.get(index);
  }

  /** The neighbours of a place, ascending. */
  int[] neighbours(int index) {
    int[] neighbours = graph.neighbours(index);
    Arrays.sort(neighbours);
    return neighbours;
  }

  /** What the device at a place is told. */
  public RosterAnswer answerFor(int index) {
    int[] neighbours = neighbours(index);
    int[] proven =
        IntStream.concat(IntStream.of(index), IntStream.of(neighbours)).sorted().toArray();
    return new RosterAnswer(
        size(),
        root,
        signature,
        index,
        IntStream.of(neighbours)
            .mapToObj(neighbour -> new RosterEntry(neighbour, keys(neighbour)))
            .toList(),
        proof(proven));
  }

  /** The proof of the leaves at these places, ascending. */
  List<OpaqueBytes> proof(int[] indices) {
    return tree.multiproof(indices).hashes().stream()
        .map(hash -> OpaqueBytes.of(hash.toByteArray()))
        .toList();
  }
}
