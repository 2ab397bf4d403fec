package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionCoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionEncoder;
import dev.tributary.aggregation.compress.delta.file.FileNumbers;
import dev.tributary.aggregation.compress.delta.file.NumberArray;
import dev.tributary.aggregation.compress.delta.file.NumberType;
import java.util.Optional;

/**
 * The way from one file to another of the same frame, without loss: safetensors of any codec, and
 * ONNX graphs. Numbers are coded array by array as what they are, and everything else is the
 * base's: names, shapes and operators do not change between versions of one network.
 *
 * <p>It knows nothing about where the numbers come from. {@link FloatDelta} knows how a server
 * steps and {@link Int8Delta} what a new scale does to integers: between such artifacts those are
 * smaller.
 */
public final class FileDelta {

  private static final ArtifactForm<byte[]> FILE = (file, out) -> out.write(file);

  private FileDelta() {}

  /**
   * The delta between two files.
   *
   * @return empty when they differ in more than numbers, or when a float32 is not finite
   * @throws MalformedArtifactException when {@code base} is neither safetensors nor ONNX
   */
  public static Optional<byte[]> encode(byte[] base, byte[] next)
      throws MalformedArtifactException {
    FileNumbers numbers = FileNumbers.of(base);
    if (numbers.count() == 0
        || numbers.count() > Integer.MAX_VALUE
        || !numbers.haveOneFrame(base, next)
        || !areFinite(numbers, base)
        || !areFinite(numbers, next)) {
      return Optional.empty();
    }
    var coder = new DecisionEncoder(ChangeModel.SLOTS);
    code(coder, numbers, base, next.clone());
    return Optional.of(
        DeltaHeader.file(
            DeltaKind.FILE,
            (int) numbers.count(),
            Fingerprint.of(base, FILE).digest(),
            Fingerprint.of(next, FILE),
            coder));
  }

  /**
   * The newer file.
   *
   * @param base the file that the delta leads from
   * @throws DeltaException when {@code base} is another file, the delta is damaged, or what comes
   *     out is not what it promises
   */
  public static byte[] decode(byte[] base, byte[] delta) throws DeltaException {
    DeltaHeader header = DeltaHeader.read(delta);
    Fingerprint.of(base, FILE).requireBaseOf(header);
    if (header.kind() != DeltaKind.FILE) {
      throw new DeltaException(
          Reason.MALFORMED, "delta: expected one between files, got " + header.kind());
    }
    FileNumbers numbers = numbers(base);
    header.requireValues(numbers.count());
    DecisionDecoder coder = header.decoder(ChangeModel.SLOTS, delta);
    byte[] next = base.clone();
    code(coder, numbers, base, next);
    DeltaHeader.requireExact(coder);
    Fingerprint.of(next, FILE).requireResultOf(header);
    return next;
  }

  private static FileNumbers numbers(byte[] base) throws DeltaException {
    try {
      return FileNumbers.of(base);
    } catch (MalformedArtifactException notAnArtifact) {
      throw new DeltaException(Reason.WRONG_BASE, "delta: its base: " + notAnArtifact.getMessage());
    }
  }

  /** Both directions: what {@code next} holds when encoding is there after decoding. */
  private static void code(DecisionCoder coder, FileNumbers numbers, byte[] base, byte[] next) {
    var model = new ChangeModel(coder);
    for (NumberArray array : numbers.arrays()) {
      if (array.type() == NumberType.FLOAT32) {
        float[] values = array.floats(next);
        FloatChanges.code(model, array.floats(base), values, 0, array.rows(), array.columns());
        array.put(values, next);
      } else {
        codeWholes(model, array, base, next);
      }
    }
  }

  private static void codeWholes(ChangeModel model, NumberArray array, byte[] base, byte[] next) {
    int[] before = array.wholes(base);
    int[] changes = array.wholes(next); // none when decoding: there they are the base's
    for (int i = 0; i < changes.length; i++) {
      changes[i] -= before[i];
    }
    WholeChanges coded = WholeChanges.begin(model, changes, 0, array.rows(), array.columns());
    for (int row = 0; row < array.rows(); row++) {
      coded.codeRow(row, changes, row * array.columns());
    }
    for (int i = 0; i < changes.length; i++) {
      changes[i] += before[i];
    }
    array.put(changes, next);
  }

  private static boolean areFinite(FileNumbers numbers, byte[] file) {
    for (NumberArray array : numbers.arrays()) {
      if (array.type() == NumberType.FLOAT32) {
        for (float value : array.floats(file)) {
          if (!Float.isFinite(value)) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
