package dev.tributary.aggregation.protocol.secagg.roster;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.DeviceSignature;
import java.util.List;

/**
 * The roster as one device sees it: how many there are, its own place, its neighbours, and the
 * proof that they are in it.
 *
 * @param size the number of devices, 2..{@value SecAggRules#MAXIMUM_DEVICES}
 * @param root root of the Merkle tree over the roster, 32 bytes
 * @param signature by the authority over session, size and root; not verified here
 * @param index the place of the device that asks, below {@code size}
 * @param neighbours 1..{@value SecAggRules#MAXIMUM_NEIGHBOURS} other devices, ascending by index;
 *     copied
 * @param proof nodes of 32 bytes that lead from the leaves of the device and its neighbours to the
 *     root, at most {@value SecAggRules#MAXIMUM_PROOF_NODES}; copied
 */
public record RosterAnswer(
    int size,
    OpaqueBytes root,
    DeviceSignature signature,
    int index,
    List<RosterEntry> neighbours,
    List<OpaqueBytes> proof) {

  /** The largest encoding: 16 MiB. */
  public static final int MAXIMUM_BYTES = 16 << 20;

  private static final StrictDecoder<Wire.RosterAnswer> DECODER =
      new StrictDecoder<>("roster answer", Wire.RosterAnswer.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * An answer.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   *     or two contradict each other
   */
  public RosterAnswer {
    FieldRules.inRange("size", size, 2, SecAggRules.MAXIMUM_DEVICES);
    SecAggRules.hash("root", root);
    FieldRules.inRange("index", index, 0, size - 1);
    FieldRules.entries("neighbours", neighbours, 1, SecAggRules.MAXIMUM_NEIGHBOURS);
    neighbours = List.copyOf(neighbours);
    FieldRules.ascending("neighbours.index", neighbours, RosterEntry::index);
    for (RosterEntry neighbour : neighbours) {
      FieldRules.inRange("neighbours.index", neighbour.index(), 0, size - 1);
      FieldRules.agree(
          neighbour.index() != index,
          "neighbours.index: expected others than the device itself, got " + index);
    }
    SecAggRules.proof("proof", proof);
    proof = List.copyOf(proof);
  }

  /**
   * Decodes an answer; neither signatures nor the proof are verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static RosterAnswer decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new RosterAnswer(
                wire.getSize(),
                WireBytes.of(wire.getRoot()),
                WireBytes.signature("signature", wire.getSignature()),
                wire.getIndex(),
                wire.getNeighboursList().stream().map(RosterEntry::fromWire).toList(),
                WireBytes.listOf(wire.getProofList())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.RosterAnswer.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setSize(size)
        .setRoot(WireBytes.toWire(root))
        .setSignature(WireBytes.toWire(signature))
        .setIndex(index)
        .addAllNeighbours(neighbours.stream().map(RosterEntry::toWire).toList())
        .addAllProof(WireBytes.toWire(proof))
        .build()
        .toByteArray();
  }
}
