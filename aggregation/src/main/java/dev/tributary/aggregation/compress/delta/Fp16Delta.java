package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.codec.Fp16Form;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.compress.delta.coding.ChangeModel;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionEncoder;
import dev.tributary.aggregation.model.ModelLayout;

/**
 * The way from one fp16 artifact to another, without loss: binary16 numbers have their order in
 * their bits, and the difference of their places in it is coded.
 */
public final class Fp16Delta {

  private static final ArtifactForm<byte[]> FILE = (file, out) -> out.write(file);

  private Fp16Delta() {}

  /**
   * The delta between two artifacts.
   *
   * @param layout of both
   * @throws MalformedArtifactException when one is no fp16 artifact of this layout
   */
  public static byte[] encode(ModelLayout layout, byte[] base, byte[] next)
      throws MalformedArtifactException {
    short[] before = Fp16Form.read(layout, base);
    short[] after = Fp16Form.read(layout, next);
    int[] steps = new int[before.length];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = place(after[i]) - place(before[i]);
    }
    var coder = new DecisionEncoder(ChangeModel.SLOTS);
    GridChanges.code(coder, layout, steps);
    return DeltaHeader.file(
        DeltaKind.FP16,
        layout.dimension(),
        Fingerprint.of(base, FILE).digest(),
        Fingerprint.of(next, FILE),
        coder);
  }

  /**
   * The newer artifact.
   *
   * @param base the artifact that the delta leads from
   * @throws MalformedArtifactException when {@code base} is no fp16 artifact of this layout
   * @throws DeltaException when {@code base} is another artifact, the delta is damaged, or what
   *     comes out is not what it promises
   */
  public static byte[] decode(ModelLayout layout, byte[] base, byte[] delta)
      throws DeltaException, MalformedArtifactException {
    DeltaHeader header = DeltaHeader.read(delta);
    Fingerprint.of(base, FILE).requireBaseOf(header);
    header.requireValues(layout.dimension());
    if (header.kind() != DeltaKind.FP16) {
      throw new DeltaException(
          Reason.MALFORMED, "delta: expected one between fp16 artifacts, got " + header.kind());
    }
    short[] halves = Fp16Form.read(layout, base);
    DecisionDecoder coder = header.decoder(ChangeModel.SLOTS, delta);
    int[] steps = new int[halves.length];
    GridChanges.code(coder, layout, steps);
    DeltaHeader.requireExact(coder);
    for (int i = 0; i < halves.length; i++) {
      halves[i] = half(place(halves[i]) + (long) steps[i]);
    }
    byte[] result = Fp16Form.toBytes(layout, halves);
    Fingerprint.of(result, FILE).requireResultOf(header);
    return result;
  }

  /** Where a number stands in the order of all: 0 is the positive zero, -1 the negative one. */
  private static int place(short half) {
    return half >= 0 ? half : -1 - (half & Short.MAX_VALUE);
  }

  private static short half(long place) throws DeltaException {
    if (place < Short.MIN_VALUE || place > Short.MAX_VALUE) {
      throw new DeltaException(
          Reason.MALFORMED, "delta: expected the place of a binary16, got " + place);
    }
    return (short) (place >= 0 ? place : Short.MIN_VALUE | (int) (-1 - place));
  }
}
