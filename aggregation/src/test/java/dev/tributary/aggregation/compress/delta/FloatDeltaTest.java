package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.optimize.GridStep;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FloatDeltaTest {

  private static final ModelLayout LARGE = ModelLayout.of(TensorSpec.of("w", 64, 200));

  private static void assertLeads(ModelState base, ModelState next, byte[] delta)
      throws DeltaException {
    assertThat(Models.sameBits(FloatDelta.decode(base, delta), next)).isTrue();
  }

  private static ModelState server(ModelState base, GridStep step, Random random, int most) {
    float[] values = base.copyOfValues();
    for (int i = 0; i < values.length; i++) {
      values[i] = step.moved(values[i], random.nextInt(2 * most + 1) - most);
    }
    return new ModelState(base.layout(), values);
  }

  @Property(tries = 150)
  void anyNumbers_leadToAnyOthers(@ForAll long seed) throws DeltaException {
    var random = new Random(seed);
    ModelLayout layout = Models.layout(random);
    ModelState base = Models.anyBits(layout, random);
    ModelState next = Models.anyBits(layout, random);

    assertLeads(base, next, FloatDelta.encode(base, next));
  }

  @Property(tries = 150)
  void weights_leadToMovedWeights(@ForAll long seed) throws DeltaException {
    var random = new Random(seed);
    ModelState base = Models.weights(Models.layout(random), random);
    ModelState next = Models.moved(base, random, Math.pow(10, -random.nextInt(9)));

    assertLeads(base, next, FloatDelta.encode(base, next));
  }

  @Property(tries = 150)
  void serverSteps_leadToTheNextVersion(@ForAll long seed) throws DeltaException {
    var random = new Random(seed);
    ModelState base = Models.weights(Models.layout(random), random);
    var step = new GridStep(1e-5 * (0.5 + random.nextDouble()), random.nextBoolean() ? 1 : 0.3f);
    ModelState next = server(base, step, random, 1 << random.nextInt(20));

    assertThat(GridChanges.find(step, base.values(), next.values())).isPresent();
    assertLeads(base, next, FloatDelta.encode(base, next, Optional.of(step)));
  }

  @Test
  void specialNumbers_areKept() throws DeltaException {
    float[] special = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -Float.MIN_VALUE,
      Float.MIN_NORMAL,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN,
      Float.intBitsToFloat(0x7fc00001),
      Float.intBitsToFloat(0xffffffff),
      1f,
      Math.nextUp(1f),
      Math.nextDown(1f)
    };
    int n = special.length;
    float[] from = new float[n * n];
    float[] to = new float[n * n];
    for (int i = 0; i < n * n; i++) {
      from[i] = special[i / n];
      to[i] = special[i % n];
    }
    ModelLayout layout = ModelLayout.of(TensorSpec.of("w", n, n));
    var base = new ModelState(layout, from);
    var next = new ModelState(layout, to);

    assertLeads(base, next, FloatDelta.encode(base, next));
    var step = new GridStep(1e-3, 1);
    assertLeads(base, next, FloatDelta.encode(base, next, Optional.of(step)));
  }

  @Test
  void theSameVersion_costsLessThanAHundredBytesMoreThanTheHeader() throws DeltaException {
    ModelState base = Models.weights(LARGE, new Random(1));
    byte[] delta = FloatDelta.encode(base, base);

    assertThat(delta).hasSizeLessThan(DeltaHeader.BYTES + 100);
    assertLeads(base, base, delta);
  }

  @Test
  void aKnownStep_makesTheDeltaSmaller_andIsUsed() throws DeltaException {
    var random = new Random(2);
    ModelState base = Models.weights(LARGE, random);
    var step = new GridStep(3e-6, 1);
    ModelState next = server(base, step, random, 20);
    byte[] general = FloatDelta.encode(base, next);
    byte[] grid = FloatDelta.encode(base, next, Optional.of(step));

    assertThat(DeltaHeader.read(grid).kind()).isEqualTo(DeltaKind.FLOAT_GRID);
    assertThat(grid.length).isLessThan(general.length / 2);
    assertLeads(base, next, grid);
  }

  @Test
  void oneWeightOffTheGrid_makesTheStepUseless() throws DeltaException {
    var random = new Random(3);
    ModelState base = Models.weights(LARGE, random);
    var step = new GridStep(3e-6, 1);
    ModelState next = server(base, step, random, 20);
    float[] values = next.copyOfValues();
    values[777] = Math.nextUp(values[777]);
    ModelState off = new ModelState(LARGE, values);
    byte[] delta = FloatDelta.encode(base, off, Optional.of(step));

    assertThat(DeltaHeader.read(delta).kind()).isEqualTo(DeltaKind.FLOAT);
    assertLeads(base, off, delta);
  }

  @Test
  void changesOfLowRank_areForetold() {
    var random = new Random(4);
    ModelState base = Models.weights(LARGE, random);
    float[] product = base.copyOfValues();
    float[] noise = base.copyOfValues();
    double[] rows = random.doubles(64, -1, 1).toArray();
    double[] columns = random.doubles(200, -1, 1).toArray();
    for (int i = 0; i < product.length; i++) {
      product[i] += (float) (0.01 * rows[i / 200] * columns[i % 200]);
      noise[i] += (float) (0.0057 * random.nextGaussian() * 0.58); // of the same size
    }
    byte[] foretold = FloatDelta.encode(base, new ModelState(LARGE, product));
    byte[] unforetold = FloatDelta.encode(base, new ModelState(LARGE, noise));

    assertThat(foretold.length).isLessThan(unforetold.length / 2);
  }

  @Test
  void anotherBase_isRefused() {
    ModelState base = Models.weights(LARGE, new Random(5));
    ModelState next = Models.moved(base, new Random(6), 1e-3);
    byte[] delta = FloatDelta.encode(base, next);

    assertThatThrownBy(() -> FloatDelta.decode(next, delta))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BASE));
  }

  @Test
  void encoding_changesNoneOfItsArguments() {
    ModelState base = Models.weights(LARGE, new Random(7));
    ModelState next = Models.moved(base, new Random(8), 1e-3);
    byte[] before = Safetensors.toBytes(next);
    FloatDelta.encode(base, next);

    assertThat(Safetensors.toBytes(next)).isEqualTo(before);
    assertThat(base).isEqualTo(Models.weights(LARGE, new Random(7)));
  }

  @Test
  void otherLayouts_areRefused() {
    ModelState base = Models.weights(LARGE, new Random(9));
    ModelState other = new ModelState(ModelLayout.of(TensorSpec.of("v", 2)), new float[2]);

    assertThatThrownBy(() -> FloatDelta.encode(base, other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("one layout");
  }
}
