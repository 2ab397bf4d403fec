package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.kernels.LaneKernels;
import dev.tributary.aggregation.kernels.ResidueBlocks;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.util.Arrays;

/**
 * One device's contribution as it travels: packed residues mod 2^ringBits. Exactly the body of an
 * upload.
 *
 * <p>Ownership: {@code packed} is not copied and must not be written to.
 *
 * @param parameters of the round
 * @param packed byte[parameters.packedBytes()], in the bit order of {@link PackedSource}
 */
public record MaskedUpdate(QuantizationParameters parameters, byte[] packed) {

  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;

  public MaskedUpdate {
    if (packed.length != parameters.packedBytes()) {
      throw new IllegalArgumentException(
          "packed update: expected " + parameters.packedBytes() + " bytes, got " + packed.length);
    }
  }

  /**
   * Packs lanes mod 2^ringBits.
   *
   * @param lanes int[parameters.vectorLength()]
   * @throws IllegalArgumentException if they would take more than one array of bytes (2 GiB)
   */
  static MaskedUpdate packed(QuantizationParameters parameters, int[] lanes) {
    byte[] packed = newPacked(parameters);
    int ringBits = parameters.ringBits();
    int blocks = lanes.length / PER_BLOCK;
    LaneKernels kernels = Kernels.chosen();
    kernels.pack(lanes, 0, blocks, ringBits, packed, 0);
    int whole = blocks * PER_BLOCK;
    if (whole < lanes.length) {
      byte[] last = new byte[ringBits];
      int[] padded = Arrays.copyOfRange(lanes, whole, whole + PER_BLOCK); // with zeros
      kernels.pack(padded, 0, 1, ringBits, last, 0);
      System.arraycopy(last, 0, packed, blocks * ringBits, packed.length - blocks * ringBits);
    }
    return new MaskedUpdate(parameters, packed);
  }

  /** Packs lanes of 64 bits, otherwise as {@link #packed(QuantizationParameters, int[])}. */
  static MaskedUpdate packed(QuantizationParameters parameters, long[] lanes) {
    byte[] packed = newPacked(parameters);
    int ringBits = parameters.ringBits();
    int blocks = lanes.length / PER_BLOCK;
    LaneKernels kernels = Kernels.chosen();
    kernels.pack(lanes, 0, blocks, ringBits, packed, 0);
    int whole = blocks * PER_BLOCK;
    if (whole < lanes.length) {
      byte[] last = new byte[ringBits];
      long[] padded = Arrays.copyOfRange(lanes, whole, whole + PER_BLOCK); // with zeros
      kernels.pack(padded, 0, 1, ringBits, last, 0);
      System.arraycopy(last, 0, packed, blocks * ringBits, packed.length - blocks * ringBits);
    }
    return new MaskedUpdate(parameters, packed);
  }

  private static byte[] newPacked(QuantizationParameters parameters) {
    if (parameters.packedBytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          "packed update: expected less than 2 GiB, got " + parameters.packedBytes() + " bytes");
    }
    return new byte[(int) parameters.packedBytes()];
  }

  /** The bytes as a source that an accumulator can add. */
  public PackedSource source() {
    return PackedSource.of(packed);
  }

  /** Equal in content. */
  @Override
  public boolean equals(Object other) {
    return other instanceof MaskedUpdate that
        && parameters.equals(that.parameters)
        && Arrays.equals(packed, that.packed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(packed);
  }

  /** Never the update itself. */
  @Override
  public String toString() {
    return "MaskedUpdate[" + packed.length + " bytes, redacted]";
  }
}
