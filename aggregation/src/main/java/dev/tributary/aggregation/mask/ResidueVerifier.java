package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.kernels.BlockPattern;
import dev.tributary.aggregation.kernels.ResidueBlocks;
import dev.tributary.aggregation.quantize.QuantizationParameters;

/**
 * The check of an upload while it streams in: its length, that every residue of an unmasked one is
 * below 2^bits, and that the bits behind the last residue are zero. Of the content it tells nothing
 * but where the first fault is.
 *
 * <p>A masked residue is uniform in [0, 2^ringBits) and has no range to check. For one thread at a
 * time.
 */
public final class ResidueVerifier implements ChunkConsumer {

  /** What is known when all bytes have been seen. */
  public sealed interface Verdict {

    /** Every rule holds. */
    record Valid() implements Verdict {}

    /** The vector has another length. */
    record WrongLength(long expectedBytes, long actualBytes) implements Verdict {}

    /** The residue at this index, the first such, is 2^bits or more. */
    record ResidueOutOfRange(int index) implements Verdict {}

    /** The last byte has a bit set behind the last residue. */
    record PaddingNotZero() implements Verdict {}
  }

  private static final int NONE = -1;
  private static final int PER_BLOCK = ResidueBlocks.RESIDUES_PER_BLOCK;

  private final int residues;
  private final int ringBits;
  private final int bits;
  private final BlockPattern forbidden;
  private final ResidueBlocks blocks;
  private int firstOutOfRange = NONE;
  private boolean paddingNotZero;
  private long excessBytes;

  /** Of an unmasked upload. */
  public ResidueVerifier(QuantizationParameters parameters) {
    this(parameters, parameters.bits());
  }

  /** Of an upload as the protocol of its round makes them. */
  public static ResidueVerifier of(ProtocolKind protocol, QuantizationParameters parameters) {
    return switch (protocol) {
      case PLAIN -> new ResidueVerifier(parameters);
      case SECAGG_PLUS -> new ResidueVerifier(parameters, parameters.ringBits());
    };
  }

  private ResidueVerifier(QuantizationParameters parameters, int bits) {
    this.residues = parameters.vectorLength();
    this.ringBits = parameters.ringBits();
    this.bits = bits;
    this.forbidden = BlockPattern.aboveBits(ringBits, bits);
    this.blocks = new ResidueBlocks(ringBits, residues, this::check);
  }

  /** Takes the next bytes of the upload, of any length. */
  @Override
  public void accept(byte[] buffer, int offset, int length) {
    if (excessBytes > 0 || !blocks.offer(buffer, offset, length)) {
      excessBytes += length;
    }
  }

  /** The verdict over all bytes taken. To be called once, after the last byte. */
  public Verdict finish() {
    if (!blocks.finish() || excessBytes > 0) {
      return new Verdict.WrongLength(blocks.expectedBytes(), blocks.receivedBytes() + excessBytes);
    }
    if (firstOutOfRange != NONE) {
      return new Verdict.ResidueOutOfRange(firstOutOfRange);
    }
    return paddingNotZero ? new Verdict.PaddingNotZero() : new Verdict.Valid();
  }

  private void check(byte[] packed, int offset, int count, int firstResidue) {
    if (firstOutOfRange != NONE) {
      return; // the verdict stands; a hostile upload must not cost a slow look at every chunk
    }
    if (forbidden.intersects(packed, offset, count)) {
      inspect(packed, offset, count, firstResidue);
    } else if (firstResidue + count * PER_BLOCK > residues) { // the last block has padding
      int before = count - 1;
      inspect(packed, offset + before * ringBits, 1, firstResidue + before * PER_BLOCK);
    }
  }

  /** The slow look, bit by bit, at blocks that hold a fault or the padding. */
  private void inspect(byte[] packed, int offset, int count, int firstResidue) {
    for (int bit = 0; bit < count * ringBits * PER_BLOCK; bit++) {
      if (((packed[offset + bit / 8] >>> (bit % 8)) & 1) == 0) {
        continue;
      }
      int residue = firstResidue + bit / ringBits;
      if (residue >= residues) {
        paddingNotZero = true;
      } else if (bit % ringBits >= bits && firstOutOfRange == NONE) {
        firstOutOfRange = residue;
      }
    }
  }
}
