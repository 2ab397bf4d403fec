package dev.tributary.aggregation.compress.delta.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A matrix of numbers inside a file.
 *
 * @param type of every number
 * @param begin the first byte
 * @param length in bytes, at least 1
 * @param rows at least 1; a divisor of the count
 */
public record NumberArray(NumberType type, int begin, int length, int rows) {

  private static final VarHandle FLOATS =
      MethodHandles.byteArrayViewVarHandle(float[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int NIBBLE = 0xf;
  private static final int UNUSED = Integer.SIZE - 4;

  /**
   * An array of this many rows, or of one where they would not be of one length.
   *
   * @param rows what the shape says
   */
  static NumberArray of(NumberType type, int begin, int length, long rows) {
    long count = (long) length * Byte.SIZE / type.bits();
    boolean fits = rows >= 1 && rows <= count && count % rows == 0;
    return new NumberArray(type, begin, length, fits ? (int) rows : 1);
  }

  /** How many numbers there are. */
  public int count() {
    return Math.toIntExact((long) length * Byte.SIZE / type.bits());
  }

  /** The numbers of a row. */
  public int columns() {
    return count() / rows;
  }

  /** The byte after the last. */
  int end() {
    return begin + length;
  }

  /** Reads {@link NumberType#FLOAT32} numbers. */
  public float[] floats(byte[] file) {
    float[] values = new float[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) FLOATS.get(file, begin + i * Float.BYTES);
    }
    return values;
  }

  /** Writes {@link NumberType#FLOAT32} numbers. */
  public void put(float[] values, byte[] file) {
    for (int i = 0; i < values.length; i++) {
      FLOATS.set(file, begin + i * Float.BYTES, values[i]);
    }
  }

  /**
   * Reads the numbers as whole ones. A {@link NumberType#FLOAT16} is its place in the order of all
   * of them: 0 is the positive zero, -1 the negative one.
   */
  public int[] wholes(byte[] file) {
    int[] values = new int[count()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT32 -> throw new IllegalStateException("floats are no whole numbers");
            case FLOAT16 -> place((short) SHORTS.get(file, begin + i * Short.BYTES));
            case INT32 -> (int) INTS.get(file, begin + i * Integer.BYTES);
            case INT8 -> file[begin + i];
            case UINT8 -> file[begin + i] & 0xff;
            case INT4 -> (file[begin + i / 2] >> (4 * (i % 2))) << UNUSED >> UNUSED;
          };
    }
    return values;
  }

  /** Writes whole numbers; of one that the type cannot hold, the lowest bits. */
  public void put(int[] values, byte[] file) {
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case FLOAT32 -> throw new IllegalStateException("floats are no whole numbers");
        case FLOAT16 -> SHORTS.set(file, begin + i * Short.BYTES, half((short) values[i]));
        case INT32 -> INTS.set(file, begin + i * Integer.BYTES, values[i]);
        case INT8, UINT8 -> file[begin + i] = (byte) values[i];
        case INT4 -> {
          int shift = 4 * (i % 2);
          int others = file[begin + i / 2] & ~(NIBBLE << shift);
          file[begin + i / 2] = (byte) (others | ((values[i] & NIBBLE) << shift));
        }
      }
    }
  }

  private static int place(short half) {
    return half >= 0 ? half : -1 - (half & Short.MAX_VALUE);
  }

  private static short half(short place) {
    return (short) (place >= 0 ? place : Short.MIN_VALUE | (-1 - place));
  }
}
