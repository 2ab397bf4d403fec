package dev.tributary.aggregation.protocol.secagg.share;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.identity.DeviceSignature;
import java.util.List;

/**
 * Shares that came from a neighbour, with the proof that the neighbour signed them.
 *
 * @param sender whom they are from: its place in the roster, below {@value
 *     SecAggRules#MAXIMUM_DEVICES}
 * @param envelope the shares
 * @param selfMaskCommitment as in the sender's {@link SealedShares}
 * @param signature as in the sender's {@link SealedShares}; not verified here
 * @param proof from this envelope to the root of the tree of all that the sender dealt
 */
public record ReceivedShare(
    int sender,
    ShareEnvelope envelope,
    OpaqueBytes selfMaskCommitment,
    DeviceSignature signature,
    List<OpaqueBytes> proof) {

  /** The longest proof: of one among {@value SecAggRules#MAXIMUM_NEIGHBOURS} envelopes. */
  public static final int MAXIMUM_PROOF_NODES = 10;

  /**
   * Shares.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the index is out of
   *     range, or a field has a wrong length
   */
  public ReceivedShare {
    SecAggRules.index("shares.index", sender);
    SecAggRules.hash("shares.self_mask_commitment", selfMaskCommitment);
    SecAggRules.proof("shares.proof", proof, MAXIMUM_PROOF_NODES);
    proof = List.copyOf(proof);
  }

  Wire.ReceivedShare toWire() {
    return Wire.ReceivedShare.newBuilder()
        .setIndex(sender)
        .setBox(WireBytes.toWire(envelope.box()))
        .setChannelEncapsulation(WireBytes.toWire(envelope.channelEncapsulation()))
        .setMaskEncapsulation(WireBytes.toWire(envelope.maskEncapsulation()))
        .setSelfShareHash(WireBytes.toWire(envelope.selfShareHash()))
        .setMaskShareHash(WireBytes.toWire(envelope.maskShareHash()))
        .setSelfMaskCommitment(WireBytes.toWire(selfMaskCommitment))
        .setSignature(WireBytes.toWire(signature))
        .addAllProof(WireBytes.toWire(proof))
        .build();
  }

  static ReceivedShare fromWire(Wire.ReceivedShare wire) {
    return new ReceivedShare(
        wire.getIndex(),
        new ShareEnvelope(
            WireBytes.of(wire.getBox()),
            WireBytes.of(wire.getChannelEncapsulation()),
            WireBytes.of(wire.getMaskEncapsulation()),
            WireBytes.of(wire.getSelfShareHash()),
            WireBytes.of(wire.getMaskShareHash())),
        WireBytes.of(wire.getSelfMaskCommitment()),
        WireBytes.signature("shares.signature", wire.getSignature()),
        WireBytes.listOf(wire.getProofList()));
  }
}
