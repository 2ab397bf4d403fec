package dev.tributary.aggregation.compress.delta.file;

/** The types of numbers that change between versions; what has another is part of the frame. */
public enum NumberType {
  /** IEEE 754 binary32, little-endian. */
  FLOAT32(32),
  /** IEEE 754 binary16, little-endian. */
  FLOAT16(16),
  /** Two's complement, little-endian. */
  INT32(32),
  /** Two's complement. */
  INT8(8),
  /** Without a sign. */
  UINT8(8),
  /** Two's complement, two to a byte, the lower four bits first. */
  INT4(4);

  private final int bits;

  NumberType(int bits) {
    this.bits = bits;
  }

  /** The width of one number. */
  int bits() {
    return bits;
  }
}
