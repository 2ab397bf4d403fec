package dev.tributary.aggregation.kernels;

/** The packing of residues as its definition says it, one bit at a time. */
public final class Bits {

  private Bits() {}

  /** Residue {@code index} of those that begin at byte {@code offset}. */
  public static long residue(byte[] packed, int offset, int index, int ringBits) {
    long residue = 0;
    for (int b = 0; b < ringBits; b++) {
      int bit = index * ringBits + b;
      residue |= (packed[offset + bit / 8] >>> (bit % 8) & 1L) << b;
    }
    return residue;
  }

  /** Overwrites residue {@code index} with the low bits of a value. */
  public static void setResidue(byte[] packed, int offset, int index, int ringBits, long value) {
    for (int b = 0; b < ringBits; b++) {
      int bit = index * ringBits + b;
      int one = 1 << (bit % 8);
      int at = offset + bit / 8;
      packed[at] = (byte) ((value >>> b & 1) == 1 ? packed[at] | one : packed[at] & ~one);
    }
  }
}
