package dev.tributary.client.transport;

import java.util.Objects;

/**
 * A slice of a byte array to be sent. The array is not copied: whoever made the body leaves it
 * unchanged.
 */
public final class RequestBody {

  /** No body at all. */
  public static final RequestBody EMPTY = new RequestBody(new byte[0], 0, 0);

  private final byte[] buffer;
  private final int offset;
  private final int lengthBytes;

  private RequestBody(byte[] buffer, int offset, int lengthBytes) {
    this.buffer = buffer;
    this.offset = offset;
    this.lengthBytes = lengthBytes;
  }

  /** The whole array. */
  public static RequestBody of(byte[] buffer) {
    return new RequestBody(buffer, 0, buffer.length);
  }

  /** The bytes of {@code buffer} from {@code offset} to its end; {@code offset} in [0, length]. */
  public static RequestBody from(byte[] buffer, int offset) {
    Objects.checkFromIndexSize(offset, buffer.length - offset, buffer.length);
    return new RequestBody(buffer, offset, buffer.length - offset);
  }

  /** The array that holds the body; not a copy. */
  public byte[] buffer() {
    return buffer;
  }

  /** Where in {@link #buffer} the body begins. */
  public int offset() {
    return offset;
  }

  /** How many bytes of {@link #buffer} belong to the body. */
  public int lengthBytes() {
    return lengthBytes;
  }
}
