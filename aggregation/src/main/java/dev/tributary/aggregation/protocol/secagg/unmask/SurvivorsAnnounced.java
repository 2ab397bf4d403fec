package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.wire.Wire;

/**
 * The coordinator says who is in the sum, for the devices to confirm.
 *
 * @param bitmap of a {@link SurvivorSet}, 1..{@value SurvivorSet#MAXIMUM_BYTES} bytes; whether it
 *     is one shows {@link #survivors}, because only the roster tells its exact length
 */
public record SurvivorsAnnounced(OpaqueBytes bitmap) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = SurvivorSet.MAXIMUM_BYTES + 16;

  private static final StrictDecoder<Wire.SurvivorsAnnounced> DECODER =
      new StrictDecoder<>(
          "survivors announced", Wire.SurvivorsAnnounced.getDefaultInstance(), MAXIMUM_BYTES);

  /**
   * An announcement.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the bitmap is empty or
   *     longer than any
   */
  public SurvivorsAnnounced {
    SurvivorSet.checkBitmap(bitmap);
  }

  /** The announcement of a set. */
  public static SurvivorsAnnounced of(SurvivorSet survivors) {
    return new SurvivorsAnnounced(survivors.bitmap());
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
   * Decodes an announcement.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static SurvivorsAnnounced decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(bytes, wire -> new SurvivorsAnnounced(WireBytes.of(wire.getSurvivors())));
  }

  /** The encoding. */
  public byte[] encode() {
    return Wire.SurvivorsAnnounced.newBuilder()
        .setVersion(VersionRange.CURRENT)
        .setSurvivors(WireBytes.toWire(bitmap))
        .build()
        .toByteArray();
  }
}
