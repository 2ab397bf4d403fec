package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.kernels.LaneKernels;
import dev.tributary.aggregation.kernels.ResidueBlocks;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import java.util.Arrays;

/**
 * The protocol without masks: the coordinator could read every update. For simulation, for cohorts
 * that trust their coordinator, and as the reference that masked protocols are compared with.
 */
record Plain() implements RoundProtocol {

  @Override
  public ProtocolKind kind() {
    return ProtocolKind.PLAIN;
  }

  @Override
  public boolean needsKeyExchange() {
    return false;
  }

  @Override
  public Masker masker(QuantizationParameters parameters) {
    return Plain::packOnly;
  }

  @Override
  public Unmasker unmasker(QuantizationParameters parameters) {
    return new Unmasker() {
      @Override
      Lanes removeMasks(Lanes masked) {
        return masked;
      }
    };
  }

  private static MaskedUpdate packOnly(QuantizedUpdate update) {
    QuantizationParameters parameters = update.parameters();
    int ringBits = parameters.ringBits();
    int[] lanes = update.lanes();
    if (parameters.packedBytes() > Integer.MAX_VALUE - Long.BYTES) {
      throw new IllegalArgumentException(
          "packed update: expected less than 2 GiB, got " + parameters.packedBytes() + " bytes");
    }
    byte[] packed = new byte[(int) parameters.packedBytes()];
    int blocks = lanes.length / ResidueBlocks.RESIDUES_PER_BLOCK;
    LaneKernels kernels = Kernels.chosen();
    kernels.pack(lanes, 0, blocks, ringBits, packed, 0);
    int whole = blocks * ResidueBlocks.RESIDUES_PER_BLOCK;
    if (whole < lanes.length) {
      int[] last =
          Arrays.copyOfRange(
              lanes, whole, whole + ResidueBlocks.RESIDUES_PER_BLOCK); // padded with zeros
      byte[] lastPacked = new byte[ringBits];
      kernels.pack(last, 0, 1, ringBits, lastPacked, 0);
      System.arraycopy(lastPacked, 0, packed, blocks * ringBits, packed.length - blocks * ringBits);
    }
    return new MaskedUpdate(parameters, packed);
  }
}
