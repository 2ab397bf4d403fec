package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.List;

/**
 * The coordinator asks a device for the shares that open the sum of these survivors.
 *
 * @param bitmap of a {@link SurvivorSet}, 1..{@value SurvivorSet#MAXIMUM_BYTES} bytes; whether it
 *     is one shows {@link #survivors}, because only the roster tells its exact length
 * @param confirmations of other devices, ascending by index, at most {@value
 *     #MAXIMUM_CONFIRMATIONS}; none in a round without confirmation; copied
 * @param proof nodes of 32 bytes that lead from the leaves of these devices to the root of the
 *     roster, at most {@value SecAggRules#MAXIMUM_PROOF_NODES}; none without confirmations; copied
 */
public record UnmaskRequest(
    OpaqueBytes bitmap, List<Confirmation> confirmations, List<OpaqueBytes> proof) {

  /** The largest encoding: 16 MiB. */
  public static final int MAXIMUM_BYTES = 16 << 20;

  /**
   * The most confirmations: what fits with certificates of any length. More than half of the
   * devices and the corrupt ones must confirm, so this serves rosters of up to 2388 when half of
   * them are corrupt, of up to 3412 when 5 % are.
   */
  public static final int MAXIMUM_CONFIRMATIONS = 1792;

  private static final StrictDecoder<Wire.UnmaskRequest> DECODER =
      new StrictDecoder<>("unmask request", Wire.UnmaskRequest.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * A request.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   *     or two contradict each other
   */
  public UnmaskRequest {
    SurvivorSet.checkBitmap(bitmap);
    FieldRules.entries("confirmations", confirmations, 0, MAXIMUM_CONFIRMATIONS);
    confirmations = List.copyOf(confirmations);
    FieldRules.ascending("confirmations.index", confirmations, Confirmation::index);
    SecAggRules.proof("proof", proof);
    proof = List.copyOf(proof);
    FieldRules.agree(
        proof.isEmpty() || !confirmations.isEmpty(),
        "proof: expected none without confirmations, got " + proof.size() + " nodes");
  }

  /** The request of a round without confirmation. */
  public static UnmaskRequest of(SurvivorSet survivors) {
    return new UnmaskRequest(survivors.bitmap(), List.of(), List.of());
  }

  /**
   * The set.
   *
   * @param size the number of devices in the roster
   * @throws RejectedException when the bitmap is none of {@code size} devices
   */
  public SurvivorSet survivors(int size) throws RejectedException {
    return SurvivorSet.parse(size, bitmap);
  }

  /**
   * Decodes a request; neither signatures nor the proof are verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static UnmaskRequest decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new UnmaskRequest(
                WireBytes.of(wire.getSurvivors()),
                wire.getConfirmationsList().stream().map(Confirmation::fromWire).toList(),
                WireBytes.listOf(wire.getProofList())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.UnmaskRequest.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setSurvivors(WireBytes.toWire(bitmap))
        .addAllConfirmations(confirmations.stream().map(Confirmation::toWire).toList())
        .addAllProof(WireBytes.toWire(proof))
        .build()
        .toByteArray();
  }
}
