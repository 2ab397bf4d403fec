package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionCoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * The way from one published int8 artifact to another, without loss.
 *
 * <p>For each row: whether its scale is the old one, else the new one. For each integer its
 * difference from the old one, which is first brought to the new scale where that differs. The
 * tensors that are not quantised follow as float32 differences.
 */
public final class Int8Delta {

  private static final int SCALE_SLOT = ChangeModel.SLOTS;
  private static final int SLOTS = ChangeModel.SLOTS + 1;

  private final ArtifactForm<QuantizedModel> form;

  /**
   * Deltas between artifacts of one form.
   *
   * @param form of the files whose digests a delta names
   */
  public Int8Delta(ArtifactForm<QuantizedModel> form) {
    this.form = form;
  }

  /**
   * The delta between two artifacts.
   *
   * @throws IllegalArgumentException if the layouts differ
   */
  public byte[] encode(QuantizedModel base, QuantizedModel next) {
    if (!base.layout().equals(next.layout())) {
      throw new IllegalArgumentException(
          "delta: expected versions of one layout, got " + base.layout() + " and " + next.layout());
    }
    var coder = new DecisionEncoder(SLOTS);
    code(coder, base, arrays(next.quantized()), next.kept().clone());
    return DeltaHeader.file(
        DeltaKind.INT8,
        base.layout().dimension(),
        Fingerprint.of(base, form).digest(),
        Fingerprint.of(next, form),
        coder);
  }

  /**
   * The newer artifact.
   *
   * @param base the artifact that the delta leads from
   * @throws DeltaException when {@code base} is another artifact, the delta is damaged, or what
   *     comes out is not what it promises
   */
  public QuantizedModel decode(QuantizedModel base, byte[] delta) throws DeltaException {
    DeltaHeader header = DeltaHeader.read(delta);
    Fingerprint.of(base, form).requireBaseOf(header);
    header.requireValues(base.layout().dimension());
    if (header.kind() != DeltaKind.INT8) {
      throw new DeltaException(
          Reason.MALFORMED, "delta: expected one between int8 artifacts, got " + header.kind());
    }
    DecisionDecoder coder = header.decoder(SLOTS, delta);
    List<Arrays> next = blank(base.quantized());
    float[] kept = new float[base.kept().length];
    code(coder, base, next, kept);
    DeltaHeader.requireExact(coder);
    QuantizedModel result = model(base, next, kept);
    Fingerprint.of(result, form).requireResultOf(header);
    return result;
  }

  /** The arrays of a tensor that is being coded. */
  private record Arrays(byte[] values, float[] scales) {}

  private static List<Arrays> arrays(List<QuantizedTensor> tensors) {
    return tensors.stream().map(t -> new Arrays(t.values().clone(), t.scales().clone())).toList();
  }

  private static List<Arrays> blank(List<QuantizedTensor> like) {
    return like.stream()
        .map(t -> new Arrays(new byte[t.values().length], new float[t.scales().length]))
        .toList();
  }

  private static QuantizedModel model(QuantizedModel base, List<Arrays> arrays, float[] kept)
      throws DeltaException {
    try {
      List<QuantizedTensor> tensors = new ArrayList<>();
      for (Arrays each : arrays) {
        tensors.add(new QuantizedTensor(each.values(), each.scales()));
      }
      return new QuantizedModel(base.layout(), tensors, kept);
    } catch (IllegalArgumentException impossible) {
      throw new DeltaException(Reason.MALFORMED, "delta: " + impossible.getMessage());
    }
  }

  /**
   * Both directions: what {@code next} and {@code kept} hold when encoding is there after decoding.
   */
  private static void code(
      DecisionCoder coder, QuantizedModel base, List<Arrays> next, float[] kept) {
    var model = new ChangeModel(coder);
    for (int t = 0; t < next.size(); t++) {
      code(model, base.quantized().get(t), next.get(t));
    }
    FloatChanges.codeRow(model, base.kept(), kept);
  }

  private static void code(ChangeModel model, QuantizedTensor old, Arrays next) {
    for (int row = 0; row < old.rows(); row++) {
      codeScale(model.coder(), old.scales(), next.scales(), row);
    }
    byte[] before = rescaled(old, next.scales());
    int[] changes = new int[before.length];
    for (int i = 0; i < changes.length; i++) {
      changes[i] = next.values()[i] - before[i];
    }
    int columns = old.columns();
    WholeChanges coded = WholeChanges.begin(model, changes, 0, old.rows(), columns);
    for (int row = 0; row < old.rows(); row++) {
      coded.codeRow(row, changes, row * columns);
    }
    for (int i = 0; i < changes.length; i++) {
      next.values()[i] = (byte) (before[i] + changes[i]);
    }
  }

  private static void codeScale(DecisionCoder coder, float[] old, float[] next, int row) {
    int bits = Float.floatToRawIntBits(next[row]);
    boolean kept = coder.code(bits == Float.floatToRawIntBits(old[row]), SCALE_SLOT);
    next[row] = kept ? old[row] : Float.intBitsToFloat(coder.raw(bits, Integer.SIZE));
  }

  /** The old integers in new scales, rounded to even; zero where the new scale is. */
  private static byte[] rescaled(QuantizedTensor old, float[] scales) {
    byte[] values = old.values().clone();
    int columns = old.columns();
    for (int row = 0; row < scales.length; row++) {
      if (scales[row] != old.scales()[row]) {
        double ratio = scales[row] == 0 ? 0 : (double) old.scales()[row] / scales[row];
        for (int i = row * columns; i < (row + 1) * columns; i++) {
          values[i] = clamp(Math.rint(values[i] * ratio));
        }
      }
    }
    return values;
  }

  private static byte clamp(double value) {
    return (byte) Math.max(-QuantizedTensor.LIMIT, Math.min(QuantizedTensor.LIMIT, value));
  }
}
