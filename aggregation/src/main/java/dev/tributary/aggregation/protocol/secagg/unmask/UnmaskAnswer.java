package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.List;

/**
 * A device reveals one share of each neighbour that dealt to it.
 *
 * @param shares at most {@value SecAggRules#MAXIMUM_NEIGHBOURS}, ascending by index, so that no
 *     device is in it with both kinds; a neighbour whose box was bad is left out; copied
 */
public record UnmaskAnswer(List<RevealedShare> shares) {

  /** The largest encoding: 64 KiB. */
  public static final int MAXIMUM_BYTES = 64 << 10;

  private static final StrictDecoder<Wire.UnmaskAnswer> DECODER =
      new StrictDecoder<>("unmask answer", Wire.UnmaskAnswer.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * An answer.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the list is too long or
   *     has another order
   */
  public UnmaskAnswer {
    FieldRules.entries("shares", shares, 0, SecAggRules.MAXIMUM_NEIGHBOURS);
    shares = List.copyOf(shares);
    FieldRules.ascending("shares.index", shares, RevealedShare::index);
  }

  /**
   * Decodes an answer.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static UnmaskAnswer decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new UnmaskAnswer(wire.getSharesList().stream().map(RevealedShare::fromWire).toList()));
  }

  /** The encoding, which holds the shares. */
  public byte[] encode() {
    return Wire.UnmaskAnswer.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .addAllShares(shares.stream().map(RevealedShare::toWire).toList())
        .build()
        .toByteArray();
  }
}
