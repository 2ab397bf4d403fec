package dev.tributary.aggregation.compress.codec;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.safetensors.ElementType;
import dev.tributary.aggregation.model.safetensors.TensorArchiveWriter;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Weights as whole numbers in [-7, 7], two to a byte, with one binary16 scale for each group of 32
 * along a row of the weight: 4.5 bits a weight where rows are whole groups. A row's last group may
 * be shorter. Biases stay float32. A group whose scale leaves the range of binary16, from a
 * magnitude of 458 000 on, is refused.
 *
 * <p>Scales and numbers are chosen anew for each model, or {@link #following} those of the artifact
 * before, so that little changes between their files.
 */
public final class Int4Codec extends WeightCodec {

  /** What the header of such a file says. */
  public static final Map<String, String> METADATA = metadata("int4");

  /** Behind the name of a weight: the scales of its groups, binary16[rows, groups of a row]. */
  public static final String SCALE = ".scale";

  private static final int NIBBLE = 0xf;

  /** Each weight's artifact before, by its name. */
  private final Map<String, Packed> published;

  /** The tensors of one weight, as the file has them. */
  private record Packed(ByteBuffer numbers, ByteBuffer scales) {

    int number(int element) {
      int nibble = (numbers.get(element / 2) >> (4 * (element & 1))) & NIBBLE;
      return nibble - (nibble > 8 ? 16 : 0);
    }

    void put(int element, int number) {
      int shifted = (number & NIBBLE) << (4 * (element & 1));
      numbers.put(element / 2, (byte) (numbers.get(element / 2) | shifted));
    }

    short scale(int group) {
      return scales.getShort(Short.BYTES * group);
    }
  }

  /** Chooses the scales of every model anew. */
  public Int4Codec() {
    this(Map.of());
  }

  private Int4Codec(Map<String, Packed> published) {
    super("int4", ArtifactKind.INT4);
    this.published = published;
  }

  /**
   * Keeps scales and numbers of an earlier artifact where they serve as well, or nearly.
   *
   * @param spec of its network and of the models to come
   * @param artifact nobody writes to it afterwards
   * @throws MalformedArtifactException when it is no int4 artifact of this network
   */
  public static Int4Codec following(ModelSpec spec, byte[] artifact)
      throws MalformedArtifactException {
    new Int4Codec().decode(spec, artifact);
    ArtifactReader reader = ArtifactReader.open(artifact, METADATA);
    Map<String, Packed> published = new HashMap<>();
    for (TensorSpec tensor : spec.layout().tensors()) {
      if (ChannelRows.isWeight(tensor)) {
        published.put(tensor.name(), packed(tensor, reader));
      }
    }
    return new Int4Codec(published);
  }

  private static Packed packed(TensorSpec weight, ArtifactReader reader)
      throws MalformedArtifactException {
    ChannelRows shape = ChannelRows.of(weight);
    return new Packed(
        reader.take(weight.name(), ElementType.U8, bytes(weight)),
        reader.take(weight.name() + SCALE, ElementType.F16, shape.rows(), groups(shape)));
  }

  @Override
  void encode(TensorSpec weight, float[] weights, int offset, TensorArchiveWriter writer) {
    ChannelRows shape = ChannelRows.of(weight);
    Packed before = published.get(weight.name());
    Packed packed =
        new Packed(
            writer.add(weight.name(), ElementType.U8, bytes(weight)),
            writer.add(weight.name() + SCALE, ElementType.F16, shape.rows(), groups(shape)));
    NibbleGroup group = new NibbleGroup();
    byte[] old = new byte[NibbleGroup.SIZE];
    int element = 0;
    for (int g = 0; element < weight.elementCount(); g++) {
      int column = element % shape.columns();
      int count = Math.min(NibbleGroup.SIZE, shape.columns() - column);
      if (!group.quantize(weights, offset + element, count)) {
        throw new UncompressibleModelException(
            "tensor "
                + weight.name()
                + ", values from "
                + element
                + ": expected at most 7 times "
                + HalfFloat.MAX_VALUE
                + " in magnitude for int4");
      }
      if (before != null) {
        for (int i = 0; i < count; i++) {
          old[i] = (byte) before.number(element + i);
        }
        group.keep(before.scale(g), old, weights, offset + element, count);
      }
      packed.scales().putShort(group.scale());
      for (int i = 0; i < count; i++, element++) {
        packed.put(element, group.value(i));
      }
    }
  }

  @Override
  void decode(TensorSpec weight, ArtifactReader reader, float[] weights, int offset)
      throws MalformedArtifactException {
    ChannelRows shape = ChannelRows.of(weight);
    int groups = groups(shape);
    Packed packed = packed(weight, reader);
    int elements = weight.elementCount();
    if ((elements & 1) == 1 && (packed.numbers().get(elements / 2) & 0xf0) != 0) {
      throw new MalformedArtifactException(
          "artifact: tensor " + weight.name() + ": the four bits after the last value are not 0");
    }
    for (int element = 0; element < elements; element++) {
      int group = element / shape.columns() * groups + element % shape.columns() / NibbleGroup.SIZE;
      int value = packed.number(element);
      if (value == 8) {
        throw new MalformedArtifactException(
            "artifact: tensor " + weight.name() + ": values are in [-7, 7], got -8");
      }
      weights[offset + element] = value * HalfFloat.toFloat(packed.scale(group));
    }
  }

  private static int groups(ChannelRows shape) {
    return (shape.columns() + NibbleGroup.SIZE - 1) / NibbleGroup.SIZE;
  }

  private static int bytes(TensorSpec weight) {
    return (weight.elementCount() + 1) / 2;
  }
}
