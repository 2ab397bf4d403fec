package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionEncoder;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.optimize.GridStep;
import java.util.Optional;

/**
 * The way from one float32 version of a model to another, without loss: who has the base and the
 * delta has the newer version, to the last bit.
 *
 * <p>Two kinds. {@link DeltaKind#FLOAT} codes the difference of any two versions; most of it is the
 * low bits of fractions, which no model foretells, so it halves the size at best. {@link
 * DeltaKind#FLOAT_GRID} knows how the server got from one to the other: by a whole number of steps
 * of one length for each weight. Those numbers are coded, and the decoder does the server's
 * arithmetic again.
 */
public final class FloatDelta {

  private static final int DOUBLE_HALF = 32;

  private FloatDelta() {}

  /**
   * The smallest delta between two versions.
   *
   * @param step how the server got from {@code base} to {@code next}, where that is known; what it
   *     says is tried on every weight, and not used unless it holds for all
   * @throws IllegalArgumentException if the layouts differ
   */
  public static byte[] encode(ModelState base, ModelState next, Optional<GridStep> step) {
    byte[] general = encode(base, next);
    Optional<byte[]> grid =
        step.flatMap(
            known ->
                GridChanges.find(known, base.values(), next.values())
                    .map(steps -> encode(base, next, known, steps)));
    return grid.filter(delta -> delta.length < general.length).orElse(general);
  }

  /**
   * The delta between any two versions of one layout.
   *
   * @throws IllegalArgumentException if the layouts differ
   */
  public static byte[] encode(ModelState base, ModelState next) {
    requireOneLayout(base, next);
    var coder = new DecisionEncoder(ChangeModel.SLOTS);
    FloatChanges.code(coder, base.layout(), base.values(), next.copyOfValues());
    return file(DeltaKind.FLOAT, base, next, coder);
  }

  private static byte[] encode(ModelState base, ModelState next, GridStep step, int[] steps) {
    var coder = new DecisionEncoder(ChangeModel.SLOTS);
    long factor = Double.doubleToRawLongBits(step.factor());
    coder.raw((int) factor, Integer.SIZE);
    coder.raw((int) (factor >>> DOUBLE_HALF), Integer.SIZE);
    coder.raw(Float.floatToRawIntBits(step.learningRate()), Integer.SIZE);
    GridChanges.code(coder, base.layout(), steps);
    return file(DeltaKind.FLOAT_GRID, base, next, coder);
  }

  private static byte[] file(
      DeltaKind kind, ModelState base, ModelState next, DecisionEncoder coder) {
    Fingerprint from = Fingerprint.of(base, Safetensors::write);
    Fingerprint to = Fingerprint.of(next, Safetensors::write);
    return DeltaHeader.file(kind, base.layout().dimension(), from.digest(), to, coder);
  }

  /**
   * The newer version.
   *
   * @param base the version that the delta leads from
   * @throws DeltaException when {@code base} is another version, the delta is damaged, or what
   *     comes out is not what it promises
   */
  public static ModelState decode(ModelState base, byte[] delta) throws DeltaException {
    DeltaHeader header = DeltaHeader.read(delta);
    ModelLayout layout = base.layout();
    Fingerprint.of(base, Safetensors::write).requireBaseOf(header);
    header.requireValues(layout.dimension());
    float[] next = new float[layout.dimension()];
    DecisionDecoder coder = header.decoder(ChangeModel.SLOTS, delta);
    switch (header.kind()) {
      case FLOAT -> FloatChanges.code(coder, layout, base.values(), next);
      case FLOAT_GRID -> decodeGrid(coder, base, next);
      case INT8, FILE ->
          throw new DeltaException(
              Reason.MALFORMED, "delta: expected one between float32 models, got " + header.kind());
    }
    DeltaHeader.requireExact(coder);
    ModelState result = new ModelState(layout, next);
    Fingerprint.of(result, Safetensors::write).requireResultOf(header);
    return result;
  }

  private static void decodeGrid(DecisionDecoder coder, ModelState base, float[] next)
      throws DeltaException {
    long low = Integer.toUnsignedLong(coder.raw(0, Integer.SIZE));
    long high = Integer.toUnsignedLong(coder.raw(0, Integer.SIZE));
    double factor = Double.longBitsToDouble((high << DOUBLE_HALF) | low);
    float learningRate = Float.intBitsToFloat(coder.raw(0, Integer.SIZE));
    GridStep step = gridStep(factor, learningRate);
    int[] steps = new int[next.length];
    GridChanges.code(coder, base.layout(), steps);
    for (int i = 0; i < next.length; i++) {
      next[i] = step.moved(base.values()[i], steps[i]);
    }
  }

  private static GridStep gridStep(double factor, float learningRate) throws DeltaException {
    try {
      return new GridStep(factor, learningRate);
    } catch (IllegalArgumentException impossible) {
      throw new DeltaException(Reason.MALFORMED, "delta: " + impossible.getMessage());
    }
  }

  private static void requireOneLayout(ModelState base, ModelState next) {
    if (!base.layout().equals(next.layout())) {
      throw new IllegalArgumentException(
          "delta: expected versions of one layout, got " + base.layout() + " and " + next.layout());
    }
  }
}
