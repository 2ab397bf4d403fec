package dev.tributary.aggregation.protocol.secagg.share;

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
 * A device deals its secrets to its neighbours.
 *
 * @param selfMaskCommitment commits to the seed of its self mask, 32 bytes
 * @param shares 1..{@value SecAggRules#MAXIMUM_NEIGHBOURS}, ascending by recipient; copied
 * @param signature by the dealer, over the session, its index, the commitment and the root of the
 *     tree of its envelopes; not verified here
 */
public record SealedShares(
    OpaqueBytes selfMaskCommitment, List<SealedShare> shares, DeviceSignature signature) {

  /** The largest encoding: 4 MiB. */
  public static final int MAXIMUM_BYTES = 4 << 20;

  private static final StrictDecoder<Wire.SealedShares> DECODER =
      new StrictDecoder<>("sealed shares", Wire.SealedShares.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * Shares.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field has a wrong
   *     length or the list another order
   */
  public SealedShares {
    SecAggRules.hash("self_mask_commitment", selfMaskCommitment);
    FieldRules.entries("shares", shares, 1, SecAggRules.MAXIMUM_NEIGHBOURS);
    shares = List.copyOf(shares);
    FieldRules.ascending("shares.index", shares, SealedShare::recipient);
  }

  /**
   * Decodes shares; their signatures are not verified yet.
   *
   * @throws RejectedException when {@code bytes} are not valid ones
   */
  public static SealedShares decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new SealedShares(
                WireBytes.of(wire.getSelfMaskCommitment()),
                wire.getSharesList().stream().map(SealedShare::fromWire).toList(),
                WireBytes.signature("signature", wire.getSignature())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.SealedShares.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setSelfMaskCommitment(WireBytes.toWire(selfMaskCommitment))
        .addAllShares(shares.stream().map(SealedShare::toWire).toList())
        .setSignature(WireBytes.toWire(signature))
        .build()
        .toByteArray();
  }
}
