package dev.tributary.aggregation.mask;

/** Takes the bytes of a packed vector piece by piece, in order. */
@FunctionalInterface
public interface ChunkConsumer {

  /** The longest chunk. */
  int MAX_CHUNK_BYTES = 64 * 1024;

  /**
   * Takes the next bytes. The array is only lent for the duration of the call.
   *
   * @param buffer holds the chunk
   * @param offset of its first byte
   * @param length 0 to {@value #MAX_CHUNK_BYTES}
   */
  void accept(byte[] buffer, int offset, int length);
}
