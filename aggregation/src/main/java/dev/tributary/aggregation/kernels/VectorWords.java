package dev.tributary.aggregation.kernels;

import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Adding and subtracting words that lie in bytes, with the Vector API: C2 makes no vector code of a
 * loop that reads bytes as words. Reinterpreting bytes is little-endian by definition, on every
 * machine.
 */
final class VectorWords {

  private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;

  private VectorWords() {}

  static void add(byte[] words, int offset, int count, int[] lanes, int laneOffset) {
    int whole = INTS.loopBound(count);
    for (int i = 0; i < whole; i += INTS.length()) {
      IntVector word =
          ByteVector.fromArray(BYTES, words, offset + i * Integer.BYTES).reinterpretAsInts();
      int at = laneOffset + i;
      IntVector.fromArray(INTS, lanes, at).add(word).intoArray(lanes, at);
    }
    ScalarWords.add(
        words, offset + whole * Integer.BYTES, count - whole, lanes, laneOffset + whole);
  }

  static void subtract(byte[] words, int offset, int count, int[] lanes, int laneOffset) {
    int whole = INTS.loopBound(count);
    for (int i = 0; i < whole; i += INTS.length()) {
      IntVector word =
          ByteVector.fromArray(BYTES, words, offset + i * Integer.BYTES).reinterpretAsInts();
      int at = laneOffset + i;
      IntVector.fromArray(INTS, lanes, at).sub(word).intoArray(lanes, at);
    }
    ScalarWords.subtract(
        words, offset + whole * Integer.BYTES, count - whole, lanes, laneOffset + whole);
  }

  static void add(byte[] words, int offset, int count, long[] lanes, int laneOffset) {
    int whole = LONGS.loopBound(count);
    for (int i = 0; i < whole; i += LONGS.length()) {
      LongVector word =
          ByteVector.fromArray(BYTES, words, offset + i * Long.BYTES).reinterpretAsLongs();
      int at = laneOffset + i;
      LongVector.fromArray(LONGS, lanes, at).add(word).intoArray(lanes, at);
    }
    ScalarWords.add(words, offset + whole * Long.BYTES, count - whole, lanes, laneOffset + whole);
  }

  static void subtract(byte[] words, int offset, int count, long[] lanes, int laneOffset) {
    int whole = LONGS.loopBound(count);
    for (int i = 0; i < whole; i += LONGS.length()) {
      LongVector word =
          ByteVector.fromArray(BYTES, words, offset + i * Long.BYTES).reinterpretAsLongs();
      int at = laneOffset + i;
      LongVector.fromArray(LONGS, lanes, at).sub(word).intoArray(lanes, at);
    }
    ScalarWords.subtract(
        words, offset + whole * Long.BYTES, count - whole, lanes, laneOffset + whole);
  }
}
