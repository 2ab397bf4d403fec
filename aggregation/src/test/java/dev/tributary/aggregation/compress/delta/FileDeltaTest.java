package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.codec.Fp16Form;
import dev.tributary.aggregation.compress.codec.Int4Codec;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.compress.onnx.OnnxExporter;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileDeltaTest {

  private static final int SIGN = 0x8000;
  private static final int LARGEST = 0x7bff;

  /** Odd sizes: of the last weight the second half of the last byte is unused in int4. */
  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[1,9,9],"layers":[
           {"type":"conv2d","filters":5,"kernel":3},{"type":"relu"},{"type":"flatten"},
           {"type":"linear","units":41},{"type":"relu"},{"type":"linear","units":3}],
           "loss":"softmax-cross-entropy","classes":3}""");

  private static final ModelState BASE = Models.weights(SPEC.layout(), new Random(1));
  private static final ModelState NEXT = Models.moved(BASE, new Random(2), 1e-3);

  /** What makes the files of a kind of artifact. */
  enum Form {
    FLOAT32("float32"),
    FP16("fp16"),
    INT8("int8"),
    INT4("int4"),
    SPARSE("sparse"),
    ONNX("");

    private final String codec;

    Form(String codec) {
      this.codec = codec;
    }

    byte[] file(ModelState state) {
      SpecifiedModel model = new SpecifiedModel(SPEC, state);
      return this == ONNX
          ? OnnxExporter.float32(model).bytes()
          : ModelCodecs.named(codec).orElseThrow().encode(model);
    }
  }

  /** Rounds towards zero: which halves they are does not matter here. */
  static byte[] fp16(ModelState model) {
    short[] halves = new short[model.layout().dimension()];
    for (int i = 0; i < halves.length; i++) {
      int bits = Float.floatToRawIntBits(model.values()[i]);
      int magnitude = Math.max(0, (bits & 0x7fff_ffff) - (112 << 23)) >>> 13;
      halves[i] = (short) (((bits >>> 16) & SIGN) | Math.min(LARGEST, magnitude));
    }
    return Fp16Form.toBytes(model.layout(), halves);
  }

  static byte[] encode(byte[] base, byte[] next) {
    try {
      return FileDelta.encode(base, next).orElseThrow();
    } catch (MalformedArtifactException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void filesOfEveryForm_comeBackToTheLastBit(Form form) throws DeltaException {
    byte[] from = form.file(BASE);
    byte[] to = form.file(NEXT);
    assertThat(to).isNotEqualTo(from);
    byte[] delta = encode(from, to);
    assertThat(FileDelta.decode(from, delta)).isEqualTo(to);
    assertThat(delta.length).isLessThan(to.length * 7 / 10);
    assertThat(FileDelta.decode(to, encode(to, from))).isEqualTo(from);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void tensorsOfAnyShape_comeBackToTheLastBit(long seed) throws DeltaException {
    var random = new Random(seed);
    ModelState base = Models.weights(Models.layout(random), random);
    ModelState next = Models.moved(base, random, 0.01);
    assertThat(FileDelta.decode(fp16(base), encode(fp16(base), fp16(next)))).isEqualTo(fp16(next));
    byte[] from = Safetensors.toBytes(base);
    byte[] to = Safetensors.toBytes(next);
    assertThat(FileDelta.decode(from, encode(from, to))).isEqualTo(to);
  }

  @Test
  void everyFiniteHalf_isReachedFromEveryOther() throws DeltaException {
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
    assertThat(FileDelta.decode(from, encode(from, to))).isEqualTo(to);
  }

  @Test
  void int4ThatFollows_takesLessThanOneChosenAnew_andServesAsWell() throws Exception {
    ModelState next = Models.moved(BASE, new Random(2), 1e-3);
    byte[] from = Form.INT4.file(BASE);
    byte[] anew = Form.INT4.file(next);
    var following = Int4Codec.following(SPEC, from);
    byte[] follows = following.encode(new SpecifiedModel(SPEC, next));
    assertThat(encode(from, follows).length).isLessThan(encode(from, anew).length / 2);
    double least = squaredError(anew, next);
    assertThat(squaredError(follows, next)).isBetween(least, 1.15 * least);
  }

  private static double squaredError(byte[] int4, ModelState exact)
      throws MalformedArtifactException {
    float[] values = new Int4Codec().decode(SPEC, int4).weights();
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      double error = values[i] - exact.values()[i];
      sum += error * error;
    }
    return sum;
  }

  @Test
  void int4OfAnotherNetwork_isNotFollowed() {
    byte[] other = Form.FP16.file(BASE);
    assertThatThrownBy(() -> Int4Codec.following(SPEC, other))
        .isInstanceOf(MalformedArtifactException.class);
  }

  @Test
  void filesThatDifferInMoreThanNumbers_haveNoDelta() throws MalformedArtifactException {
    byte[] base = Form.FP16.file(BASE);
    ModelLayout other = ModelLayout.of(TensorSpec.of("w", SPEC.layout().dimension()));
    for (byte[] next :
        List.of(
            Form.INT8.file(BASE), fp16(new ModelState(other, BASE.values())), new byte[] {1, 2})) {
      assertThat(FileDelta.encode(base, next)).isEmpty();
    }
    byte[] graph = Form.ONNX.file(BASE);
    byte[] renamed = graph.clone();
    renamed[indexOf(graph, "tributary")] = 'T';
    assertThat(FileDelta.encode(graph, renamed)).isEmpty();
  }

  private static int indexOf(byte[] file, String text) {
    return new String(file, StandardCharsets.ISO_8859_1).indexOf(text);
  }

  @Test
  void numbersThatAreNotFinite_haveNoDelta() throws MalformedArtifactException {
    byte[] base = Form.ONNX.file(BASE);
    byte[] broken = base.clone();
    int at = firstWeight(base);
    broken[at + 2] |= (byte) 0x80;
    broken[at + 3] |= 0x7f;
    assertThat(FileDelta.encode(base, broken)).isEmpty();
    assertThat(FileDelta.encode(broken, base)).isEmpty();
  }

  private static int firstWeight(byte[] graph) {
    int bits = Float.floatToRawIntBits(BASE.values()[0]);
    ByteBuffer in = ByteBuffer.wrap(graph).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i <= graph.length - Float.BYTES; i++) {
      if (in.getInt(i) == bits) {
        return i;
      }
    }
    throw new AssertionError("the graph does not hold the first weight");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8, 9, 40, 200})
  void base_thatIsNoArtifact_isSaid(int length) {
    byte[] noise = new byte[length];
    new Random(length).nextBytes(noise);
    if (length > 8) {
      noise[8] = '{';
    }
    byte[] whole = Form.ONNX.file(BASE);
    assertThatThrownBy(() -> FileDelta.encode(noise, whole).orElseThrow())
        .isInstanceOfAny(MalformedArtifactException.class, NoSuchElementException.class);
    assertThatThrownBy(() -> FileDelta.decode(noise, encode(whole, Form.ONNX.file(NEXT))))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BASE));
  }

  @ParameterizedTest
  @EnumSource
  void cutOrDamagedFiles_areRefusedOrHaveNoNumbers(Form form) {
    byte[] whole = form.file(BASE);
    var random = new Random(3);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = Arrays.copyOf(whole, 1 + random.nextInt(whole.length));
      for (int flip = 0; flip < 3; flip++) {
        damaged[random.nextInt(Math.min(damaged.length, 600))] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        FileDelta.encode(damaged, damaged)
            .ifPresent(delta -> assertThat(decoded(damaged, delta)).isEqualTo(damaged));
      } catch (MalformedArtifactException refused) {
        assertThat(refused).hasMessageStartingWith("artifact: ");
      }
    }
  }

  private static byte[] decoded(byte[] base, byte[] delta) {
    try {
      return FileDelta.decode(base, delta);
    } catch (DeltaException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void anotherBase_isRefused() {
    byte[] delta = encode(Form.INT4.file(BASE), Form.INT4.file(NEXT));
    byte[] other = Form.INT4.file(Models.weights(SPEC.layout(), new Random(3)));
    assertThatThrownBy(() -> FileDelta.decode(other, delta))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_BASE));
  }

  @Test
  void deltaOfAnotherKind_isRefused() {
    byte[] delta = FloatDelta.encode(BASE, NEXT);
    assertThatThrownBy(() -> FileDelta.decode(Safetensors.toBytes(BASE), delta))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED));
  }
}
