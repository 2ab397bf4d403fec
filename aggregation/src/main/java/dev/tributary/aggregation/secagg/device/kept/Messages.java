package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;

/** Messages that a device wrote itself and reads again. */
public final class Messages {

  private Messages() {}

  /** How a message is decoded. */
  public interface Decoder<T> {
    T decode(byte[] bytes) throws RejectedException;
  }

  public static <T> T decoded(OpaqueBytes bytes, Decoder<T> decoder) {
    try {
      return decoder.decode(bytes.toByteArray());
    } catch (RejectedException e) {
      throw new IllegalArgumentException("encoded step: " + e.getMessage(), e);
    }
  }
}
