package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.util.Arrays;
import java.util.List;

/**
 * The partial sums of a vector, meant mod 2^ringBits: one per residue and, behind them, up to seven
 * that pad the last block and are never read. Additions wrap at the width of the array element,
 * which 2^ringBits divides.
 */
sealed interface Lanes {

  /** Zeros for {@code length} residues, in the narrowest element that holds {@code ringBits}. */
  static Lanes zeros(int length, int ringBits) {
    int padded = Math.toIntExact((length + 7L) / 8 * 8);
    return ringBits <= Integer.SIZE
        ? new IntLanes(new int[padded])
        : new LongLanes(new long[padded]);
  }

  /** Adds whole blocks of packed residues from lane {@code first} on. */
  void addPacked(byte[] packed, int offset, int blocks, int ringBits, int first);

  /** Adds lane by lane. Both must be of the same parameters. */
  void addAll(Lanes other);

  /**
   * Applies masks, also to what pads the last block.
   *
   * @throws InterruptedException if the calling thread is interrupted; the lanes are torn then
   */
  void apply(MaskAdder adder, List<Mask> masks) throws InterruptedException;

  /** The lane at an index, not reduced: its high bits may be anything. */
  long at(int index);

  /** The residues, packed as in {@link PackedSource}. */
  byte[] packed(QuantizationParameters parameters);

  final class IntLanes implements Lanes {

    private final int[] values;

    private IntLanes(int[] values) {
      this.values = values;
    }

    int[] values() {
      return values;
    }

    @Override
    public void addPacked(byte[] packed, int offset, int blocks, int ringBits, int first) {
      Kernels.chosen().addPacked(packed, offset, blocks, ringBits, values, first);
    }

    @Override
    public void addAll(Lanes other) {
      int[] addends = ((IntLanes) other).values;
      for (int i = 0; i < values.length; i++) {
        values[i] += addends[i];
      }
    }

    @Override
    public void apply(MaskAdder adder, List<Mask> masks) throws InterruptedException {
      adder.apply(masks, values);
    }

    @Override
    public long at(int index) {
      return values[index];
    }

    @Override
    public byte[] packed(QuantizationParameters parameters) {
      return MaskedUpdate.packed(parameters, Arrays.copyOf(values, parameters.vectorLength()))
          .packed();
    }
  }

  final class LongLanes implements Lanes {

    private final long[] values;

    private LongLanes(long[] values) {
      this.values = values;
    }

    @Override
    public void addPacked(byte[] packed, int offset, int blocks, int ringBits, int first) {
      Kernels.chosen().addPacked(packed, offset, blocks, ringBits, values, first);
    }

    @Override
    public void addAll(Lanes other) {
      long[] addends = ((LongLanes) other).values;
      for (int i = 0; i < values.length; i++) {
        values[i] += addends[i];
      }
    }

    @Override
    public void apply(MaskAdder adder, List<Mask> masks) throws InterruptedException {
      adder.apply(masks, values);
    }

    @Override
    public long at(int index) {
      return values[index];
    }

    @Override
    public byte[] packed(QuantizationParameters parameters) {
      return MaskedUpdate.packed(parameters, Arrays.copyOf(values, parameters.vectorLength()))
          .packed();
    }
  }
}
