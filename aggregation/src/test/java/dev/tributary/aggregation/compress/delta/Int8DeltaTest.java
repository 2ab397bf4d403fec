package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.QuantizedTensor;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class Int8DeltaTest {

  private static final Int8Delta DELTA = new Int8Delta(Models.FORM);
  private static final ModelLayout LARGE =
      ModelLayout.of(TensorSpec.of("w", 64, 200), TensorSpec.of("b", 64));

  private static QuantizedModel anyIntegers(ModelLayout layout, Random random) {
    List<QuantizedTensor> tensors = new ArrayList<>();
    int kept = 0;
    for (TensorSpec tensor : layout.tensors()) {
      if (!QuantizedModel.isQuantized(tensor)) {
        kept += tensor.elementCount();
        continue;
      }
      byte[] values = new byte[tensor.elementCount()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (byte) (random.nextInt(255) - 127);
      }
      float[] scales = new float[QuantizedModel.rows(tensor)];
      for (int row = 0; row < scales.length; row++) {
        scales[row] = random.nextInt(5) == 0 ? 0 : (float) Math.pow(10, random.nextInt(70) - 35);
      }
      tensors.add(new QuantizedTensor(values, scales));
    }
    float[] floats = new float[kept];
    for (int i = 0; i < kept; i++) {
      floats[i] = random.nextFloat();
    }
    return new QuantizedModel(layout, tensors, floats);
  }

  @Property(tries = 200)
  void anyArtifact_leadsToAnyOther(@ForAll long seed) throws DeltaException {
    var random = new Random(seed);
    ModelLayout layout = Models.layout(random);
    QuantizedModel base = anyIntegers(layout, random);
    QuantizedModel next = anyIntegers(layout, random);

    assertThat(DELTA.decode(base, DELTA.encode(base, next))).isEqualTo(next);
  }

  @Property(tries = 100)
  void aLineOfVersions_isFollowedWithoutLoss(@ForAll long seed) throws DeltaException {
    var random = new Random(seed);
    ModelState model = Models.weights(Models.layout(random), random);
    QuantizedModel published = SteadyQuantizer.DEFAULT.first(model);
    QuantizedModel device = published;
    for (int version = 0; version < 4; version++) {
      model = Models.moved(model, random, 0.01);
      QuantizedModel next = SteadyQuantizer.DEFAULT.next(published, model);
      device = DELTA.decode(device, DELTA.encode(published, next));
      published = next;
    }
    assertThat(device).isEqualTo(published);
  }

  @Test
  void theSameArtifact_costsLessThanAHundredBytesMoreThanTheHeader() throws DeltaException {
    QuantizedModel base = anyIntegers(LARGE, new Random(1));
    byte[] delta = DELTA.encode(base, base);

    assertThat(delta).hasSizeLessThan(DeltaHeader.BYTES + 100);
    assertThat(DELTA.decode(base, delta)).isEqualTo(base);
  }

  @Test
  void scalesThatChange_doNotMakeEveryIntegerANewOne() throws DeltaException {
    ModelState model = Models.weights(LARGE, new Random(2));
    QuantizedModel base = new SteadyQuantizer(0.5f, 0).first(model);
    QuantizedModel rescaled = new SteadyQuantizer(0.5f, 0.3f).first(model);
    byte[] delta = DELTA.encode(base, rescaled);

    assertThat(delta).hasSizeLessThan(LARGE.dimension() / 4);
    assertThat(DELTA.decode(base, delta)).isEqualTo(rescaled);
  }

  @Test
  void anotherBase_isRefused() {
    QuantizedModel base = anyIntegers(LARGE, new Random(3));
    QuantizedModel other = anyIntegers(LARGE, new Random(4));
    byte[] delta = DELTA.encode(base, other);

    assertThatThrownBy(() -> DELTA.decode(other, delta))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BASE));
  }

  @Test
  void otherLayouts_areRefused() {
    QuantizedModel base = anyIntegers(LARGE, new Random(5));
    QuantizedModel other = anyIntegers(ModelLayout.of(TensorSpec.of("w", 2, 2)), new Random(6));

    assertThatThrownBy(() -> DELTA.encode(base, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one layout");
  }

  @Test
  void integersThatDoNotFitTheirLayout_areRefused() {
    var tensor = new QuantizedTensor(new byte[6], new float[] {1, 1});

    assertThatThrownBy(
            () ->
                new QuantizedModel(
                    ModelLayout.of(TensorSpec.of("w", 3, 2)), List.of(tensor), new float[0]))
        .hasMessageContaining("tensor w[3, 2]: does not fit");
    assertThatThrownBy(() -> new QuantizedModel(LARGE, List.of(), new float[64]))
        .hasMessageContaining("missing");
    assertThatThrownBy(() -> new QuantizedTensor(new byte[] {-128}, new float[] {1}))
        .hasMessageContaining("expected -127 to 127");
    assertThatThrownBy(() -> new QuantizedTensor(new byte[1], new float[] {Float.NaN}))
        .hasMessageContaining("scale of row 0");
  }
}
