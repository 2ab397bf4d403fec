package dev.tributary.aggregation.compress.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.compress.QuantizedModel;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.optimize.GridStep;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever bytes a decoder is given, it gives the promised version or the declared exception. */
class DamagedDeltaTest {

  private static final int KIND_AT = 5;
  private static final int VALUES_AT = 8;
  private static final int RESULT_BYTES_AT = 16;
  private static final int DECISION_BYTES_AT = 88;
  private static final int RAW_BYTES_AT = 92;
  private static final int CHECK_AT = 96;

  private static final ModelLayout LAYOUT =
      ModelLayout.of(TensorSpec.of("w", 24, 31), TensorSpec.of("b", 31));
  private static final ModelState BASE = Models.weights(LAYOUT, new Random(1));
  private static final ModelState NEXT = Models.moved(BASE, new Random(2), 1e-3);
  private static final Int8Delta INT8 = new Int8Delta(Models.FORM);
  private static final QuantizedModel INT8_BASE = SteadyQuantizer.DEFAULT.first(BASE);
  private static final byte[] FP16_BASE = FileDeltaTest.fp16(BASE);

  @FunctionalInterface
  interface Decoder {
    Object decode(byte[] delta) throws DeltaException;
  }

  /** A good delta and what decodes it. */
  record Sample(String name, byte[] delta, Decoder decoder) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Sample> samples() {
    var step = new GridStep(1e-4, 1);
    float[] stepped = BASE.copyOfValues();
    var random = new Random(3);
    for (int i = 0; i < stepped.length; i++) {
      stepped[i] = step.moved(stepped[i], random.nextInt(9) - 4);
    }
    var grid = new ModelState(LAYOUT, stepped);
    ModelState jump = Models.moved(BASE, new Random(4), 0.05);
    return Stream.of(
        new Sample("float", FloatDelta.encode(BASE, NEXT), d -> FloatDelta.decode(BASE, d)),
        new Sample(
            "grid",
            FloatDelta.encode(BASE, grid, Optional.of(step)),
            d -> FloatDelta.decode(BASE, d)),
        new Sample(
            "int8",
            INT8.encode(INT8_BASE, SteadyQuantizer.DEFAULT.next(INT8_BASE, jump)),
            d -> INT8.decode(INT8_BASE, d)),
        new Sample(
            "file",
            FileDeltaTest.encode(FP16_BASE, FileDeltaTest.fp16(NEXT)),
            d -> FileDelta.decode(FP16_BASE, d)));
  }

  /** The same delta with a check that is right: damage by somebody who means it. */
  private static byte[] checked(byte[] delta) {
    var crc = new CRC32();
    crc.update(delta, 0, CHECK_AT);
    crc.update(delta, DeltaHeader.BYTES, delta.length - DeltaHeader.BYTES);
    ByteBuffer.wrap(delta).order(ByteOrder.LITTLE_ENDIAN).putInt(CHECK_AT, (int) crc.getValue());
    return delta;
  }

  private static void assertRefused(Sample sample, byte[] delta, String what) {
    assertThatThrownBy(() -> sample.decoder().decode(delta))
        .as("%s: %s", sample, what)
        .isInstanceOf(DeltaException.class);
  }

  @ParameterizedTest
  @MethodSource("samples")
  void undamaged_isDecoded(Sample sample) throws DeltaException {
    assertThat(sample.decoder().decode(sample.delta())).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyFlippedBit_isRefused(Sample sample) {
    for (int bit = 0; bit < sample.delta().length * Byte.SIZE; bit++) {
      byte[] damaged = sample.delta().clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertRefused(sample, damaged, "bit " + bit);
    }
  }

  /** What a flip changes without changing the result, forecasts, is no other version either. */
  @ParameterizedTest
  @MethodSource("samples")
  void everyFlippedBitUnderARightCheck_isRefusedOrLeadsToTheSame(Sample sample)
      throws DeltaException {
    Object promised = sample.decoder().decode(sample.delta());
    for (int bit = 0; bit < sample.delta().length * Byte.SIZE; bit += 3) {
      byte[] damaged = sample.delta().clone();
      damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      try {
        assertThat(sample.decoder().decode(checked(damaged))).as("bit %d", bit).isEqualTo(promised);
      } catch (DeltaException refused) {
        assertThat(refused.reason()).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void cutOffAnywhere_isRefused(Sample sample) {
    for (int length = 0; length < sample.delta().length; length++) {
      assertRefused(sample, Arrays.copyOf(sample.delta(), length), "first " + length + " bytes");
    }
    assertRefused(sample, Arrays.copyOf(sample.delta(), sample.delta().length + 1), "a byte more");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void cutOffWithLengthsToMatch_isRefused(Sample sample) {
    ByteBuffer header = ByteBuffer.wrap(sample.delta()).order(ByteOrder.LITTLE_ENDIAN);
    int decisions = header.getInt(DECISION_BYTES_AT);
    int raw = header.getInt(RAW_BYTES_AT);
    for (int split = 0; split < decisions + raw; split += 13) {
      byte[] other = sample.delta().clone();
      ByteBuffer.wrap(other)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putInt(DECISION_BYTES_AT, split)
          .putInt(RAW_BYTES_AT, decisions + raw - split);
      if (split != decisions) {
        assertRefused(sample, checked(other), "split at " + split);
      }
    }
    byte[] empty = Arrays.copyOf(sample.delta(), DeltaHeader.BYTES);
    ByteBuffer.wrap(empty).putLong(DECISION_BYTES_AT, 0);
    assertRefused(sample, checked(empty), "no payload");
  }

  @ParameterizedTest
  @MethodSource("samples")
  void noiseBehindAGoodHeader_isRefused(Sample sample) {
    var random = new Random(5);
    for (int i = 0; i < 300; i++) {
      byte[] noise = sample.delta().clone();
      byte[] payload = new byte[noise.length - DeltaHeader.BYTES];
      random.nextBytes(payload);
      if (i % 3 == 0) {
        Arrays.fill(payload, (byte) (i % 2 == 0 ? 0xff : 0));
      }
      System.arraycopy(payload, 0, noise, DeltaHeader.BYTES, payload.length);
      assertRefused(sample, checked(noise), "noise " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("samples")
  void aHeaderThatPromisesMore_isRefusedBeforeAnythingIsAllocated(Sample sample) {
    byte[] values = sample.delta().clone();
    ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).putLong(VALUES_AT, Integer.MAX_VALUE);
    assertThatThrownBy(() -> sample.decoder().decode(checked(values)))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.MALFORMED))
        .hasMessageContaining("expected 775 values, as the base has, got 2147483647");

    byte[] lengths = sample.delta().clone();
    ByteBuffer.wrap(lengths)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(DECISION_BYTES_AT, Integer.MAX_VALUE)
        .putInt(RAW_BYTES_AT, Integer.MAX_VALUE);
    assertThatThrownBy(() -> sample.decoder().decode(lengths))
        .isInstanceOf(DeltaException.class)
        .hasMessageContaining("expected 4294967394 bytes");

    byte[] result = sample.delta().clone();
    ByteBuffer.wrap(result).order(ByteOrder.LITTLE_ENDIAN).putLong(RESULT_BYTES_AT, -1);
    assertThatThrownBy(() -> sample.decoder().decode(checked(result)))
        .isInstanceOfSatisfying(
            DeltaException.class, e -> assertThat(e.reason()).isEqualTo(Reason.WRONG_RESULT));
  }

  @Test
  void anotherKind_isRefused() {
    for (Sample sample : samples().toList()) {
      for (int kind = 0; kind < 256; kind++) {
        byte[] other = sample.delta().clone();
        if (other[KIND_AT] != (byte) kind) {
          other[KIND_AT] = (byte) kind;
          assertRefused(sample, checked(other), "kind " + kind);
        }
      }
    }
  }
}
