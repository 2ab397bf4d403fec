package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.codec.Fp16Form;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Fp16DeltaTest {

  private static final int SIGN = 0x8000;
  private static final int LARGEST = 0x7bff;

  /** Rounds towards zero: which halves they are does not matter here. */
  static byte[] file(ModelState model) {
    short[] halves = new short[model.layout().dimension()];
    for (int i = 0; i < halves.length; i++) {
      int bits = Float.floatToRawIntBits(model.values()[i]);
      int magnitude = Math.max(0, ((bits & 0x7fff_ffff) - (112 << 23)) >>> 13);
      halves[i] = (short) ((bits >>> 16 & SIGN) | Math.min(LARGEST, magnitude));
    }
    return Fp16Form.toBytes(model.layout(), halves);
  }

  static byte[] encode(ModelLayout layout, byte[] base, byte[] next) {
    try {
      return Fp16Delta.encode(layout, base, next);
    } catch (MalformedArtifactException e) {
      throw new AssertionError(e);
    }
  }

  static byte[] decode(ModelLayout layout, byte[] base, byte[] delta) throws DeltaException {
    try {
      return Fp16Delta.decode(layout, base, delta);
    } catch (MalformedArtifactException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void anyTwoArtifacts_comeBackToTheLastBit(long seed) throws Exception {
    var random = new Random(seed);
    ModelLayout layout = Models.layout(random);
    ModelState base = Models.weights(layout, random);
    byte[] from = file(base);
    byte[] to = file(Models.moved(base, random, 0.01));
    assertThat(decode(layout, from, encode(layout, from, to))).isEqualTo(to);
  }

  @Test
  void everyFiniteHalf_isReachedFromEveryOther() throws Exception {
    short[] all = new short[2 * (LARGEST + 1)];
    for (int i = 0; i <= LARGEST; i++) {
      all[2 * i] = (short) i;
      all[2 * i + 1] = (short) (SIGN | i);
    }
    short[] shuffled = all.clone();
    var random = new Random(9);
    for (int i = shuffled.length - 1; i > 0; i--) {
      int other = random.nextInt(i + 1);
      short kept = shuffled[i];
      shuffled[i] = shuffled[other];
      shuffled[other] = kept;
    }
    ModelLayout layout = ModelLayout.of(TensorSpec.of("w", all.length));
    byte[] from = Fp16Form.toBytes(layout, all);
    byte[] to = Fp16Form.toBytes(layout, shuffled);
    assertThat(decode(layout, from, encode(layout, from, to))).isEqualTo(to);
  }

  @Test
  void nearVersions_takeAThirdOfTheFile() {
    ModelLayout layout = ModelLayout.of(TensorSpec.of("w", 200, 300));
    ModelState base = Models.weights(layout, new Random(1));
    byte[] to = file(Models.moved(base, new Random(2), 1e-4));
    assertThat(encode(layout, file(base), to).length).isLessThan(to.length / 3);
  }

  @Test
  void anotherBase_isRefused() {
    ModelLayout layout = ModelLayout.of(TensorSpec.of("w", 20));
    ModelState base = Models.weights(layout, new Random(1));
    byte[] delta = encode(layout, file(base), file(Models.moved(base, new Random(2), 0.01)));
    byte[] other = file(Models.weights(layout, new Random(3)));
    assertThatThrownBy(() -> decode(layout, other, delta))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BASE));
  }

  @Test
  void deltaOfAnotherKind_isRefused() {
    ModelLayout layout = ModelLayout.of(TensorSpec.of("w", 20));
    ModelState base = Models.weights(layout, new Random(1));
    byte[] delta = FloatDelta.encode(base, Models.moved(base, new Random(2), 0.01));
    assertThatThrownBy(() -> decode(layout, file(base), delta)).isInstanceOf(DeltaException.class);
  }
}
