package dev.tributary.aggregation.kernels;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Adding and subtracting words that lie in bytes. C2 makes vector code of these loops, on 17 as on
 * 25, as long as each iteration reads one word of the lane's own width: one long for two int lanes
 * halves the speed. There is no twin with the Vector API, because it was slower (docs/adr/0012).
 */
final class ScalarWords {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private ScalarWords() {}

  static void add(byte[] words, int offset, int count, int[] lanes, int laneOffset) {
    for (int i = 0; i < count; i++) {
      lanes[laneOffset + i] += (int) INT.get(words, offset + i * Integer.BYTES);
    }
  }

  static void subtract(byte[] words, int offset, int count, int[] lanes, int laneOffset) {
    for (int i = 0; i < count; i++) {
      lanes[laneOffset + i] -= (int) INT.get(words, offset + i * Integer.BYTES);
    }
  }

  static void add(byte[] words, int offset, int count, long[] lanes, int laneOffset) {
    for (int i = 0; i < count; i++) {
      lanes[laneOffset + i] += (long) LONG.get(words, offset + i * Long.BYTES);
    }
  }

  static void subtract(byte[] words, int offset, int count, long[] lanes, int laneOffset) {
    for (int i = 0; i < count; i++) {
      lanes[laneOffset + i] -= (long) LONG.get(words, offset + i * Long.BYTES);
    }
  }
}
