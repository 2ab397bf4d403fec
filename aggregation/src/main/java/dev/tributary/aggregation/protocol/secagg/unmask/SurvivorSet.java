package dev.tributary.aggregation.protocol.secagg.unmask;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.InvalidFieldException;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which devices of a roster are in the sum. Every device is in it or not, so that those alive and
 * those dropped can neither overlap nor leave one out. Compared by value; immutable.
 *
 * <p>As a bitmap, device i is bit i mod 8, counted from the least significant, of byte i div 8; the
 * rest of the last byte is zero, so that a set has one encoding.
 */
public final class SurvivorSet {

  /** The longest bitmap. */
  public static final int MAXIMUM_BYTES = SecAggRules.MAXIMUM_DEVICES / 8;

  private final int size;
  private final OpaqueBytes bitmap;
  private final int count;

  private SurvivorSet(int size, OpaqueBytes bitmap) {
    this.size = size;
    this.bitmap = bitmap;
    this.count = IntStream.range(0, bitmap.length()).map(i -> Integer.bitCount(bitmap.at(i))).sum();
  }

  /**
   * The devices that {@code survives} holds for.
   *
   * @param size the number of devices in the roster, 1..2^20
   * @throws InvalidFieldException when {@code size} is out of range
   */
  public static SurvivorSet of(int size, IntPredicate survives) {
    byte[] bitmap = new byte[bytes(size)];
    for (int index = 0; index < size; index++) {
      if (survives.test(index)) {
        bitmap[index / 8] |= (byte) (1 << index % 8);
      }
    }
    return new SurvivorSet(size, OpaqueBytes.of(bitmap));
  }

  /**
   * The set with this bitmap, which this program stored.
   *
   * @param size the number of devices in the roster, 1..2^20
   * @throws InvalidFieldException when the bitmap has another length than {@code ceil(size / 8)},
   *     or a bit beyond {@code size} is set
   */
  public static SurvivorSet ofBitmap(int size, OpaqueBytes bitmap) {
    FieldRules.exactBytes("survivors", bitmap.length(), bytes(size));
    if (size % 8 != 0 && bitmap.at(bitmap.length() - 1) >> size % 8 != 0) {
      throw new InvalidFieldException(
          RejectReason.FIELD_WRONG_FORM,
          "survivors: expected zeros after bit " + (size - 1) + ", got at least one other bit");
    }
    return new SurvivorSet(size, bitmap);
  }

  /**
   * The set with this bitmap, which came from outside.
   *
   * @param size the number of devices in the roster, 1..2^20, from a source that is trusted
   * @throws RejectedException when the bitmap has another length than {@code ceil(size / 8)}, or a
   *     bit beyond {@code size} is set
   */
  public static SurvivorSet parse(int size, OpaqueBytes bitmap) throws RejectedException {
    return FieldRules.parse(() -> ofBitmap(size, bitmap));
  }

  /** The number of devices in the roster. */
  public int size() {
    return size;
  }

  /** The number of survivors. */
  public int count() {
    return count;
  }

  /**
   * Whether a device is in the sum.
   *
   * @throws IndexOutOfBoundsException when {@code index} is none of the roster
   */
  public boolean contains(int index) {
    Objects.checkIndex(index, size);
    return (bitmap.at(index / 8) >> index % 8 & 1) == 1;
  }

  /** The survivors, ascending. */
  public IntStream indices() {
    return IntStream.range(0, size).filter(this::contains);
  }

  /** The encoding: {@code ceil(size / 8)} bytes. */
  public OpaqueBytes bitmap() {
    return bitmap;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SurvivorSet that && size == that.size && bitmap.equals(that.bitmap);
  }

  @Override
  public int hashCode() {
    return 31 * size + bitmap.hashCode();
  }

  /** How many of how many. */
  @Override
  public String toString() {
    return "SurvivorSet[" + count + " of " + size + "]";
  }

  static void checkBitmap(OpaqueBytes bitmap) {
    FieldRules.bytes("survivors", bitmap.length(), 1, MAXIMUM_BYTES);
  }

  private static int bytes(int size) {
    FieldRules.inRange("size", size, 1, SecAggRules.MAXIMUM_DEVICES);
    return (size + 7) / 8;
  }
}
