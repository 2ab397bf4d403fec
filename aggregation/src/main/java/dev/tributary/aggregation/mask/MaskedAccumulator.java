package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.kernels.ResidueBlocks;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.io.IOException;

/**
 * The running sum of a round's uploads, mod 2^ringBits: as large as one update, however many are
 * added.
 *
 * <p>Additions commute and associate exactly, so the sum depends neither on the order of arrival
 * nor on how uploads are spread over accumulators that are merged in the end.
 *
 * <p>For one thread at a time, with a happens-before edge between them: give each adding thread an
 * accumulator of its own and merge, or confine one accumulator to one worker.
 */
public final class MaskedAccumulator {

  private final QuantizationParameters parameters;
  private final Lanes lanes;
  private State state = State.OPEN;
  private int uploads;

  private enum State {
    OPEN,
    TORN,
    HANDED_OVER
  }

  MaskedAccumulator(QuantizationParameters parameters) {
    this.parameters = parameters;
    this.lanes = Lanes.zeros(parameters.vectorLength(), parameters.ringBits());
  }

  /**
   * Adds one upload, which must have been verified before: what is added cannot be taken back.
   *
   * <p>If the source fails after its first bytes, part of it is in the sum. The accumulator is then
   * torn and refuses all further use, because no sum that contains a part of an update may leave
   * it.
   *
   * @throws IOException if the source cannot be read
   * @throws IllegalArgumentException if the source has another length than the parameters ask for,
   *     or the sum is full; the accumulator stays as it was when the length is seen to be wrong
   *     before reading
   * @throws IllegalStateException if the accumulator is torn or its sum was handed over
   */
  public void add(PackedSource source) throws IOException {
    add(source, 1);
  }

  /**
   * Adds a sum that {@link #packed} gave, of an accumulator of the same parameters; otherwise as
   * {@link #add(PackedSource)}.
   *
   * @param summed how many uploads are in it, at least 1
   */
  public void addSum(PackedSource sum, int summed) throws IOException {
    if (summed < 1) {
      throw new IllegalArgumentException("sum: expected at least 1 upload in it, got " + summed);
    }
    add(sum, summed);
  }

  /**
   * The sum as it stands, packed like an upload: what a checkpoint keeps of it. It stays open.
   *
   * @return byte[parameters.packedBytes()], owned by the caller
   * @throws IllegalStateException if the accumulator is torn or its sum was handed over
   */
  public byte[] packed() {
    requireOpen();
    return lanes.packed(parameters);
  }

  private void add(PackedSource source, int more) throws IOException {
    requireOpen();
    requireRoomFor(more);
    if (source.lengthBytes() != parameters.packedBytes()) {
      throw new IllegalArgumentException(
          "upload: expected " + parameters.packedBytes() + " bytes, got " + source.lengthBytes());
    }
    int ringBits = parameters.ringBits();
    ResidueBlocks blocks =
        new ResidueBlocks(
            ringBits,
            parameters.vectorLength(),
            (packed, offset, count, first) ->
                lanes.addPacked(packed, offset, count, ringBits, first));
    state = State.TORN; // until the last byte is in
    source.forEachChunk(
        (buffer, offset, length) -> {
          if (!blocks.offer(buffer, offset, length)) {
            throw new IllegalArgumentException(
                "upload: its source delivers more than the "
                    + blocks.expectedBytes()
                    + " bytes it announced");
          }
        });
    if (!blocks.finish()) {
      throw new IllegalArgumentException(
          "upload: its source delivered "
              + blocks.receivedBytes()
              + " of the "
              + blocks.expectedBytes()
              + " bytes it announced");
    }
    uploads += more;
    state = State.OPEN;
  }

  /**
   * Adds everything that another accumulator of the same parameters holds; the other one is used
   * up.
   *
   * @throws IllegalArgumentException if the parameters differ or the sum would hold more uploads
   *     than they allow
   * @throws IllegalStateException if either is torn or handed over
   */
  public void merge(MaskedAccumulator other) {
    requireOpen();
    other.requireOpen();
    if (other == this || !parameters.equals(other.parameters)) {
      throw new IllegalArgumentException(
          "merge: expected another accumulator of " + parameters + ", got " + other.parameters);
    }
    requireRoomFor(other.uploads);
    lanes.addAll(other.lanes);
    uploads += other.uploads;
    other.state = State.HANDED_OVER;
  }

  /** How many uploads are in the sum. */
  public int uploads() {
    return uploads;
  }

  /**
   * Hands the sum over, without a copy; the accumulator is used up.
   *
   * @throws IllegalStateException if it is torn or was handed over before
   */
  public MaskedSum sum() {
    requireOpen();
    state = State.HANDED_OVER;
    return new MaskedSum(parameters, lanes, uploads);
  }

  private void requireOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          state == State.TORN
              ? "accumulator: torn by an upload whose source failed while it was added"
              : "accumulator: its sum was handed over");
    }
  }

  /** More uploads than maxDevices could wrap around the modulus. */
  private void requireRoomFor(int more) {
    if (more > parameters.maxDevices() - uploads) {
      throw new IllegalArgumentException(
          "accumulator: expected at most "
              + parameters.maxDevices()
              + " uploads, got "
              + ((long) uploads + more));
    }
  }
}
