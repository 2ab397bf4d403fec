package dev.tributary.aggregation.mask;

import java.io.Closeable;
import java.io.IOException;

/**
 * A packed vector that can be read front to back, wherever it lies: in memory or in a file of the
 * stage.
 *
 * <p>Residue i occupies the bits [i*r, (i+1)*r) of the bytes, where bit k is bit k%8 of byte k/8;
 * zero bits fill the last byte. Used by one thread at a time.
 */
public interface PackedSource extends Closeable {

  /** The number of bytes that {@link #forEachChunk} delivers. */
  long lengthBytes();

  /**
   * Delivers all bytes in order, in chunks of at most {@link ChunkConsumer#MAX_CHUNK_BYTES}, cut
   * anywhere. Each call starts from the beginning.
   *
   * @throws IOException if the bytes cannot be read
   */
  void forEachChunk(ChunkConsumer consumer) throws IOException;

  /** Releases what the source holds, for example its temporary file. May be called twice. */
  @Override
  default void close() throws IOException {}

  /** A source over a whole array, which must not change while it is read. */
  static PackedSource of(byte[] packed) {
    return new PackedSource() {
      @Override
      public long lengthBytes() {
        return packed.length;
      }

      @Override
      public void forEachChunk(ChunkConsumer consumer) {
        for (int from = 0; from < packed.length; from += ChunkConsumer.MAX_CHUNK_BYTES) {
          consumer.accept(
              packed, from, Math.min(ChunkConsumer.MAX_CHUNK_BYTES, packed.length - from));
        }
      }
    };
  }
}
