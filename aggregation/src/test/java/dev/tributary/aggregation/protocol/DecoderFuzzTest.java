package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.fail;

import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whatever the bytes, a decoder answers with a message or with {@link RejectedException}; and a
 * message that it accepts is a valid one, that is encoded to as many bytes and decoded to itself.
 *
 * <p>Half of the inputs are a valid message of any kind after one to four mutations, half are
 * random bytes that look like fields. Seeds are fixed, and named by a failure together with the
 * bytes.
 */
class DecoderFuzzTest {

  private static final int INPUTS = 25_000;

  @ParameterizedTest
  @FieldSource("dev.tributary.aggregation.protocol.MessageKind#ALL")
  void anyBytes_areAMessageOrRejected(MessageKind<?> kind) {
    Map<RejectReason, Integer> answers = fuzz(kind, 20261123);
    assertThat(answers)
        .as("the fuzzer reaches past the parser")
        .containsKeys(
            RejectReason.MALFORMED_MESSAGE,
            RejectReason.MISSING_FIELD,
            RejectReason.TRAILING_DATA,
            RejectReason.UNKNOWN_FIELD,
            RejectReason.UNSUPPORTED_VERSION);
  }

  @Test
  void fuzzer_wouldFindAnotherException() {
    MessageKind<byte[]> broken =
        new MessageKind<>(
            "broken",
            byte[].class,
            Arbitraries.bytes().array(byte[].class),
            bytes -> bytes,
            DecoderFuzzTest::failOnByte127,
            1000);
    assertThat(catchThrowable(() -> fuzz(broken, 1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("of broken: ")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  private static byte[] failOnByte127(byte[] bytes) {
    if (bytes.length > 20 && bytes[20] == 127) {
      throw new IllegalStateException("the bug to be found");
    }
    return bytes;
  }

  private static Map<RejectReason, Integer> fuzz(MessageKind<?> kind, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    ByteMutator mutator = new ByteMutator(random);
    List<byte[]> corpus =
        WireFormatTest.samples().map(sample -> AnnotatedHex.resource(sample.name())).toList();
    List<byte[]> ownSamples =
        WireFormatTest.samples()
            .filter(sample -> sample.kind().equals(kind))
            .map(sample -> AnnotatedHex.resource(sample.name()))
            .toList();
    List<byte[]> origins = ownSamples.isEmpty() ? corpus : ownSamples;
    Map<RejectReason, Integer> answers = new EnumMap<>(RejectReason.class);
    for (int i = 0; i < INPUTS; i++) {
      byte[] input =
          switch (i % 4) {
            case 0, 1 -> mutator.mutated(origins.get(random.nextInt(origins.size())));
            case 2 -> mutator.mutated(corpus.get(random.nextInt(corpus.size())));
            default -> mutator.fieldLike();
          };
      RejectedException refusal = tryDecoding(kind, input, "seed " + seed + ", input " + i);
      if (refusal != null) {
        answers.merge(refusal.reason(), 1, Integer::sum);
      }
    }
    return answers;
  }

  private static @Nullable RejectedException tryDecoding(
      MessageKind<?> kind, byte[] input, String where) {
    try {
      Object message = kind.decode(input);
      byte[] again = kind.encodeAny(message);
      assertThat(again).as(where).hasSameSizeAs(input);
      assertThat((Object) kind.decode(again)).as(where).isEqualTo(message);
      return null;
    } catch (RejectedException expected) {
      return expected;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      return fail(where + " of " + kind + ": " + HexFormat.of().formatHex(input), e);
    }
  }
}
