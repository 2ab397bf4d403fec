package dev.tributary.simulations.bench.delta;

import com.github.luben.zstd.Zstd;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.model.ModelState;

/** What a general compressor makes of the same differences. */
final class Zstandard {

  private static final int LEVEL = 9;

  private Zstandard() {}

  /** The size of the differences of all integers, whatever their scales. */
  static long int8Bytes(QuantizedModel base, QuantizedModel next) {
    long bytes = 0;
    for (int t = 0; t < base.quantized().size(); t++) {
      byte[] old = base.quantized().get(t).values();
      byte[] values = next.quantized().get(t).values();
      byte[] differences = new byte[old.length];
      for (int i = 0; i < old.length; i++) {
        differences[i] = (byte) (values[i] - old[i]);
      }
      bytes += Zstd.compress(differences, LEVEL).length;
    }
    return bytes;
  }

  /** The size of the differences of bit patterns, zig-zag, in planes of bytes. */
  static long floatBytes(ModelState base, ModelState next) {
    int count = base.values().length;
    byte[] planes = new byte[Float.BYTES * count];
    for (int i = 0; i < count; i++) {
      int difference =
          Float.floatToRawIntBits(next.values()[i]) - Float.floatToRawIntBits(base.values()[i]);
      int zigZag = (difference << 1) ^ (difference >> (Integer.SIZE - 1));
      for (int plane = 0; plane < Float.BYTES; plane++) {
        planes[plane * count + i] = (byte) (zigZag >>> (plane * Byte.SIZE));
      }
    }
    return Zstd.compress(planes, LEVEL).length;
  }
}
