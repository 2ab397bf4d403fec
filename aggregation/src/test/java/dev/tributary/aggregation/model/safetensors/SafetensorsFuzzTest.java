package dev.tributary.aggregation.model.safetensors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files end in the declared exception or in a valid model, and in nothing else. */
class SafetensorsFuzzTest {

  private static final int HEADERS = 50_000;
  private static final int FILES = 2_000;
  private static final String[] TOKENS = {
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "\"",
    "\"a\"",
    "\"__metadata__\"",
    "\"dtype\"",
    "\"F32\"",
    "\"shape\"",
    "\"data_offsets\"",
    "0",
    "4",
    "8",
    "9007199254740992",
    "-1",
    "1e9",
    "null",
    "\\u0000",
    "\\",
    " ",
    "\n",
    "\ud83d\ude00"
  };

  @TempDir Path folder;

  private static ModelState state() {
    ModelLayout layout =
        ModelLayout.of(TensorSpec.of("0.weight", 3, 2), TensorSpec.of("0.bias", 3));
    return new ModelState(layout, new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
  }

  @Test
  void mutatedHeader_isRefusedOrTilesTheData() {
    byte[] bytes = Safetensors.toBytes(state());
    int headerBytes = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    byte[] header = Arrays.copyOfRange(bytes, 8, 8 + headerBytes);
    int accepted = 0;
    int refused = 0;
    for (long seed = 0; seed < HEADERS; seed++) {
      Random random = new Random(seed);
      byte[] mutated = mutate(header, random);
      try {
        SafetensorsHeader parsed = SafetensorsHeader.parse(mutated, 36);
        long total = parsed.tensors().stream().mapToLong(TensorEntry::lengthBytes).sum();
        if (total != 36) {
          throw new AssertionError("seed " + seed + ": tensors of " + total + " bytes over 36");
        }
        accepted++;
      } catch (MalformedSafetensorsException declared) {
        refused++;
      } catch (RuntimeException | StackOverflowError undeclared) {
        throw new AssertionError("seed " + seed + " ended in " + undeclared, undeclared);
      }
    }
    assertThat(accepted).as("mutations are not all fatal").isPositive();
    assertThat(accepted + refused).isEqualTo(HEADERS);
  }

  @Test
  void mutatedFile_isRefusedOrRead() throws Exception {
    byte[] bytes = Safetensors.toBytes(state());
    Path file = folder.resolve("fuzz.safetensors");
    for (long seed = 0; seed < FILES; seed++) {
      Files.write(file, mutate(bytes, new Random(seed)));
      try {
        assertThat(Safetensors.read(file).layout().dimension()).as("seed %d", seed).isPositive();
      } catch (MalformedSafetensorsException declared) {
        assertThat(declared.getMessage()).isNotBlank();
      } catch (RuntimeException | StackOverflowError undeclared) {
        throw new AssertionError("seed " + seed + " ended in " + undeclared, undeclared);
      }
    }
  }

  private static byte[] mutate(byte[] original, Random random) {
    byte[] bytes = original.clone();
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> bytes = Arrays.copyOf(bytes, 1 + at); // cut off
        case 3 ->
            bytes =
                splice(bytes, at, Math.min(bytes.length, at + random.nextInt(12)), ""); // cut out
        default -> bytes = splice(bytes, at, at, TOKENS[random.nextInt(TOKENS.length)]); // put in
      }
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] splice(byte[] bytes, int from, int to, String insert) {
    byte[] middle = insert.getBytes(StandardCharsets.UTF_8);
    byte[] spliced = new byte[from + middle.length + bytes.length - to];
    System.arraycopy(bytes, 0, spliced, 0, from);
    System.arraycopy(middle, 0, spliced, from, middle.length);
    System.arraycopy(bytes, to, spliced, from + middle.length, bytes.length - to);
    return spliced;
  }
}
