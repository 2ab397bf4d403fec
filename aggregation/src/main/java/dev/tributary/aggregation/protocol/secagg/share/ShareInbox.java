package dev.tributary.aggregation.protocol.secagg.share;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.List;

/**
 * What its neighbours dealt to a device. Who is in it has dealt to all neighbours and may upload.
 *
 * @param shares 1..{@value SecAggRules#MAXIMUM_NEIGHBOURS}, ascending by sender; copied
 */
public record ShareInbox(List<ReceivedShare> shares) {

  /** The largest encoding: 4 MiB. */
  public static final int MAXIMUM_BYTES = 4 << 20;

  private static final StrictDecoder<Wire.ShareInbox> DECODER =
      new StrictDecoder<>("share inbox", Wire.ShareInbox.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * An inbox.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the list has a wrong
   *     length or order
   */
  public ShareInbox {
    FieldRules.entries("shares", shares, 1, SecAggRules.MAXIMUM_NEIGHBOURS);
    shares = List.copyOf(shares);
    FieldRules.ascending("shares.index", shares, ReceivedShare::sender);
  }

  /**
   * Decodes an inbox; the signatures in it are not verified yet.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static ShareInbox decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new ShareInbox(wire.getSharesList().stream().map(ReceivedShare::fromWire).toList()));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.ShareInbox.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .addAllShares(shares.stream().map(ReceivedShare::toWire).toList())
        .build()
        .toByteArray();
  }
}
