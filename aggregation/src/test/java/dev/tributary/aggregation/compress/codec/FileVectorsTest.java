package dev.tributary.aggregation.compress.codec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelSpec;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** The bytes of small files, for readers in other languages: docs/model-files.md. */
class FileVectorsTest {

  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[3],"layers":[{"type":"linear","units":1}],
           "loss":"sigmoid-binary-cross-entropy","classes":2}""");

  private static final String BIAS_OF_TWO = "00000040";

  private static void assertFile(ModelCodec codec, float[] weights, String header, String data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    int padded = (text.length + 7) / 8 * 8;
    String expected =
        HexFormat.of().toHexDigits(Integer.reverseBytes(padded))
            + "00000000"
            + HexFormat.of().formatHex(text)
            + "20".repeat(padded - text.length)
            + data;
    byte[] file =
        codec.encode(SpecifiedModel.of(SPEC, new float[] {weights[0], weights[1], weights[2], 2f}));
    assertThat(HexFormat.of().formatHex(file)).isEqualTo(expected);
  }

  @Test
  void fp16File_isTheseBytes() {
    assertFile(
        new Fp16Codec(),
        new float[] {1f, -2f, 0x1p-24f},
        "{\"0.weight\":{\"dtype\":\"F16\",\"shape\":[1,3],\"data_offsets\":[0,6]},"
            + "\"0.bias\":{\"dtype\":\"F16\",\"shape\":[1],\"data_offsets\":[6,8]}}",
        "003c" // 1
            + "00c0" // -2
            + "0100" // the smallest
            + "0040"); // the bias, 2
  }

  @Test
  void int8File_isTheseBytes() {
    assertFile(
        new Int8Codec(),
        new float[] {127 / 128f, -64 / 128f, 3 / 128f},
        "{\"__metadata__\":{\"tributary\":\"int8/1\"},"
            + "\"0.weight.scale\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
            + "\"0.weight\":{\"dtype\":\"I8\",\"shape\":[1,3],\"data_offsets\":[8,11]}}",
        "0000003c" // the scale, 1/128
            + BIAS_OF_TWO
            + "7fc003"); // 127, -64, 3
  }

  @Test
  void int4File_isTheseBytes() {
    assertFile(
        new Int4Codec(),
        new float[] {7 / 8f, -3 / 8f, 1 / 8f},
        "{\"__metadata__\":{\"tributary\":\"int4/1\"},"
            + "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"0.weight.scale\":{\"dtype\":\"F16\",\"shape\":[1,1],\"data_offsets\":[4,6]},"
            + "\"0.weight\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[6,8]}}",
        BIAS_OF_TWO
            + "0030" // the scale, 1/8
            + "d7" // 7 below, -3 above
            + "01"); // 1 below, nothing above
  }

  @Test
  void sparseFile_isTheseBytes() {
    assertFile(
        new SparseCodec(),
        new float[] {0f, 1.5f, 0f},
        "{\"__metadata__\":{\"tributary\":\"sparse/1\"},"
            + "\"0.weight.values\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]},"
            + "\"0.weight.mask\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[8,9]}}",
        "0000c03f" // 1.5
            + BIAS_OF_TWO
            + "02"); // the second of three is there
  }
}
