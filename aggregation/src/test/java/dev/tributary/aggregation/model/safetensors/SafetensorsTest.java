package dev.tributary.aggregation.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  @TempDir Path folder;

  private static byte[] file(String header, byte[] data) {
    int padded = (header.getBytes(StandardCharsets.UTF_8).length + 7) / 8 * 8;
    return rawFile((header + " ".repeat(8)).getBytes(StandardCharsets.UTF_8), padded, data);
  }

  private static byte[] rawFile(byte[] header, int headerBytes, byte[] data) {
    return ByteBuffer.allocate(8 + headerBytes + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(headerBytes)
        .put(header, 0, headerBytes)
        .put(data)
        .array();
  }

  private ModelState read(byte[] bytes) throws IOException {
    return Safetensors.read(Files.write(folder.resolve("model.safetensors"), bytes));
  }

  private void assertRefused(byte[] bytes, String rule) {
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(MalformedSafetensorsException.class)
        .hasMessageContaining(rule);
  }

  @Test
  void canonicalFile_isTheseBytes() {
    ModelState state =
        new ModelState(
            ModelLayout.of(TensorSpec.of("w", 1, 2), TensorSpec.of("\"b\\", 1)),
            new float[] {1f, -2.5f, 0f});
    String header =
        "{\"w\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
            + "\"\\\"b\\\\\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";
    String expected =
        "7800000000000000" // header length 120, unsigned 64-bit little-endian
            + HexFormat.of().formatHex(header.getBytes(StandardCharsets.UTF_8)) // 114 bytes
            + "202020202020" // spaces to a multiple of 8
            + "0000803f" // w[0][0] = 1.0
            + "000020c0" // w[0][1] = -2.5
            + "00000000"; // "b\[0] = 0.0

    assertThat(HexFormat.of().formatHex(Safetensors.toBytes(state))).isEqualTo(expected);
  }

  @Property(tries = 200)
  void writtenAndRead_aStateIsTheSame_andItsFileToo(
      @ForAll @IntRange(min = 1, max = 6) int tensors, @ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<TensorSpec> specs = new ArrayList<>();
    for (int i = 0; i < tensors; i++) {
      int[] shape = random.ints(random.nextInt(4), 1, 9).toArray();
      specs.add(new TensorSpec(i + ".тензор-\"" + random.nextInt(), shape));
    }
    ModelLayout layout = new ModelLayout(specs);
    float[] values = new float[layout.dimension()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    ModelState state = new ModelState(layout, values);
    Path file = Files.createTempFile("tributary", ".safetensors");
    try {
      Files.write(file, Safetensors.toBytes(state));

      ModelState again = Safetensors.read(file);

      assertThat(again).isEqualTo(state);
      assertThat(Safetensors.toBytes(again)).isEqualTo(Files.readAllBytes(file));
      assertThat(Safetensors.sizeBytes(layout)).isEqualTo(Files.size(file));
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void stateLongerThanOneChunk_isWrittenWhole() throws IOException {
    float[] values = new float[100_003];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    ModelState state = new ModelState(ModelLayout.of(TensorSpec.of("w", values.length)), values);

    assertThat(read(Safetensors.toBytes(state))).isEqualTo(state);
  }

  @Test
  void digest_isTheSha256OfTheFile() throws Exception {
    ModelState state = new ModelState(ModelLayout.of(TensorSpec.of("w", 2)), new float[] {1, 2});
    byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(Safetensors.toBytes(state));

    assertThat(ModelDigest.of(state)).isEqualTo(ModelDigest.ofSha256(sha256));
    assertThat(ModelDigest.of(state).bytes()).isEqualTo(sha256);
    assertThat(ModelDigest.of(state).toString()).isEqualTo(HexFormat.of().formatHex(sha256));
  }

  @ParameterizedTest
  @CsvSource({"''", "abc", "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef"})
  void malformedDigest_isRefused(String text) {
    assertThatThrownBy(() -> new ModelDigest(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void fileOfAnotherWriter_isRead_withTypesWhiteSpaceMetadataAndItsOwnOrder() throws IOException {
    String header =
        "{ \"__metadata__\" : {\"format\":\"pt\", \"caf\\u00e9\":\"\\ud83d\\ude00\"},\n"
            + "\t\"b\":{\"shape\":[2],\"dtype\":\"I8\",\"data_offsets\":[8,10]},"
            + " \"a\":{\"dtype\":\"F64\",\"data_offsets\":[0,8],\"shape\":[]}}";
    Path path =
        Files.write(
            folder.resolve("x"), file(header, new byte[] {0, 0, 0, 0, 0, 0, -16, 63, 7, -7}));

    try (SafetensorsFile opened = SafetensorsFile.open(path)) {
      assertThat(opened.metadata()).containsEntry("format", "pt").containsEntry("café", "😀");
      assertThat(opened.tensors()).extracting(TensorEntry::name).containsExactly("a", "b");
      assertThat(opened.map("a").getDouble()).isEqualTo(1.0);
      assertThat(opened.map("b").get(1)).isEqualTo((byte) -7);
      assertThat(opened.map("b").isDirect()).isTrue();
      assertThat(opened.map("b").isReadOnly()).isTrue();
      assertThatThrownBy(() -> opened.map("c")).hasMessageContaining("no tensor is named c");
      assertThatThrownBy(opened::toModelState)
          .isInstanceOf(MalformedSafetensorsException.class)
          .hasMessageContaining("expected dtype F32 in a model, got F64");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // two tensors over the same bytes
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'b':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
            + " | 8 | overlap",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}"
            + " | 4 | overlap",
        // bytes that belong to nothing
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | 8 | hole",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'b':{'dtype':'F32','shape':[1],'data_offsets':[8,12]}}"
            + " | 12 | hole",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 5 | wrong size",
        "{} | 1 | wrong size",
        // data that is not there
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | 7 | wrong size",
        // lengths that contradict the shape
        "{'a':{'dtype':'F32','shape':[2],'data_offsets':[0,4]}} | 4 | shape asks for 8",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[4,0]}} | 4 | span -4",
        "{'a':{'dtype':'F32','shape':[65536,65536],'data_offsets':[0,0]}} | 0 | out of bounds",
        "{'a':{'dtype':'F32','shape':[4294967297],'data_offsets':[0,4]}} | 4 | out of bounds",
        "{'a':{'dtype':'F32','shape':[0],'data_offsets':[0,0]}} | 0 | out of bounds",
        "{'a':{'dtype':'F64','shape':[400000000],'data_offsets':[0,3200000000]}} | 0 | cannot be"
            + " mapped",
        // types
        "{'a':{'dtype':'F33','shape':[1],'data_offsets':[0,4]}} | 4 | dtype",
        "{'a':{'dtype':'BOOL','shape':[1],'data_offsets':[0,1]}} | 1 | dtype",
        // alignment
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},'b':{'dtype':'F32','shape':[1],'data_offsets':[1,5]}}"
            + " | 5 | multiple of 4",
        // keys
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'a':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
            + " | 8 | duplicate",
        "{'a':{'dtype':'F32','dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | duplicate",
        "{'__metadata__':{'k':'v','k':'v'}} | 0 | duplicate",
        "{'__metadata__':{},'__metadata__':{}} | 0 | duplicate",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4],'extra':1}} | 4 | unknown key",
        "{'a':{'dtype':'F32','data_offsets':[0,4]}} | 4 | needs exactly",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0]}} | 4 | needs exactly",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4,8]}} | 4 | more than 2",
        "{'a':{}} | 0 | expected '\"'",
        "{'a\\u0000':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | 4 | out of bounds",
        // JSON
        "{'a':{'dtype':'F32','shape':[01],'data_offsets':[0,4]}} | 4 | leading zeros",
        "{'a':{'dtype':'F32','shape':[-1],'data_offsets':[0,4]}} | 4 | unsigned integer",
        "{'a':{'dtype':'F32','shape':[1.0],'data_offsets':[0,4]}} | 4 | expected ']'",
        "{'a':{'dtype':'F32','shape':[1e0],'data_offsets':[0,4]}} | 4 | expected ']'",
        "{'a':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,4]}} | 4 | above"
            + " 2^53",
        "{'a':{'dtype':'F32','shape':[1,],'data_offsets':[0,4]}} | 4 | unsigned integer",
        "{'a':{'dtype':'F32','shape':[[1]],'data_offsets':[0,4]}} | 4 | unsigned integer",
        "{'__metadata__':{'k':{'deep':{}}}} | 0 | expected '\"'",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}}x | 4 | only spaces",
        "{'a':{'dtype':'F32','shape':[1],'data_offsets':[0,4]} | 4 | expected '}'",
        "{'\\x':0} | 0 | unknown escape",
        "{'\\u12g4':0} | 0 | hexadecimal",
        "{'a | 0 | without end",
        "[] | 0 | expected '{'",
        "null | 0 | expected '{'"
      })
  void brokenHeader_isRefused_namingTheRule(String header, int dataBytes, String rule) {
    assertRefused(file(header.replace('\'', '"'), new byte[dataBytes]), rule);
  }

  @Test
  void headerLengths_thatCannotBe_areRefused() {
    assertRefused(new byte[0], "too short");
    assertRefused(new byte[7], "too short");
    assertRefused(headerLength(-1), "18446744073709551615");
    assertRefused(headerLength(Long.MIN_VALUE), "header length 9223372036854775808");
    assertRefused(headerLength(1L << 40), "header length");
    assertRefused(headerLength(64), "header length 64: expected at most 56");
    assertRefused(headerLength(51), "multiple of 8");
    assertRefused(headerLength(0), "expected '{'");
  }

  private static byte[] headerLength(long length) {
    return ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
  }

  @Test
  void oversizedHeader_isRefused_beforeItIsRead() throws IOException {
    byte[] bytes = new byte[8 + SafetensorsFile.MAX_HEADER_BYTES + 8];
    ByteBuffer.wrap(bytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(SafetensorsFile.MAX_HEADER_BYTES + 8);

    assertRefused(bytes, "expected at most " + SafetensorsFile.MAX_HEADER_BYTES);
  }

  @Test
  void deepNesting_doesNotOverflowTheStack() {
    assertRefused(file("{\"a\":" + "[".repeat(1_000_000), new byte[0]), "expected '{'");
    assertRefused(file("{".repeat(1_000_000), new byte[0]), "expected '\"'");
  }

  @Test
  void headerThatIsNotUtf8_isRefused() {
    byte[] header = "{\"a?\":{}}      ".getBytes(StandardCharsets.UTF_8);
    header[3] = (byte) 0xc0;

    assertRefused(rawFile(header, 8, new byte[0]), "UTF-8");
  }

  @Test
  void modelWithoutTensors_orWithInfinity_isRefused() {
    assertRefused(file("{}", new byte[0]), "at least one tensor");
    String header = "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
    assertRefused(
        file(header, new byte[] {0, 0, 0, 0, 0, 0, (byte) 0x80, 0x7f}), "index 1 is not finite");
  }

  @Test
  void missingFile_isAnIoError() {
    assertThatThrownBy(() -> Safetensors.read(folder.resolve("absent")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
