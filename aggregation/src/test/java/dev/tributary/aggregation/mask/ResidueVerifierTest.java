package dev.tributary.aggregation.mask;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.kernels.Bits;
import dev.tributary.aggregation.mask.ResidueVerifier.Verdict;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ResidueVerifierTest {

  private static QuantizationParameters parameters(int parameters, int maxDevices) {
    return QuantizationParameters.forTraining(parameters, 16, 1f, 1f, 1, maxDevices);
  }

  private static byte[] valid(QuantizationParameters p, Random random) {
    byte[] packed = new byte[(int) p.packedBytes()];
    for (int i = 0; i < p.vectorLength(); i++) {
      Bits.setResidue(packed, 0, i, p.ringBits(), random.nextInt(1 << p.bits()));
    }
    return packed;
  }

  private static Verdict verdict(
      QuantizationParameters p, byte[] upload, Random random, int longestPiece) {
    ResidueVerifier verifier = new ResidueVerifier(p);
    for (int from = 0; from < upload.length; ) {
      int length = Math.min(upload.length - from, random.nextInt(longestPiece + 1));
      verifier.accept(upload, from, length);
      from += length;
    }
    return verifier.finish();
  }

  @Property(tries = 300)
  void honestUpload_isValid_howeverItIsCut(
      @ForAll @IntRange(min = 1, max = 900) int parameters,
      @ForAll @IntRange(min = 1, max = 5000) int maxDevices,
      @ForAll @IntRange(min = 1, max = 3000) int longestPiece,
      @ForAll long seed) {
    QuantizationParameters p = parameters(parameters, maxDevices);
    Random random = new Random(seed);

    assertThat(verdict(p, valid(p, random), random, longestPiece)).isEqualTo(new Verdict.Valid());
  }

  @Property(tries = 300)
  void firstResidueOutOfRange_isNamed(
      @ForAll @IntRange(min = 1, max = 900) int parameters,
      @ForAll @IntRange(min = 2, max = 5000) int maxDevices,
      @ForAll @IntRange(min = 1, max = 3000) int longestPiece,
      @ForAll long seed) {
    QuantizationParameters p = parameters(parameters, maxDevices);
    Random random = new Random(seed);
    byte[] upload = valid(p, random);
    int first = p.vectorLength();
    for (int fault = 0; fault < 3; fault++) {
      int at = random.nextInt(p.vectorLength());
      Bits.setResidue(
          upload, 0, at, p.ringBits(), 1L << (p.bits() + random.nextInt(p.ringBits() - p.bits())));
      first = Math.min(first, at);
    }

    assertThat(verdict(p, upload, random, longestPiece))
        .isEqualTo(new Verdict.ResidueOutOfRange(first));
  }

  @Property(tries = 200)
  void anyBitBehindTheLastResidue_isSeen(
      @ForAll @IntRange(min = 1, max = 100) int parameters,
      @ForAll @IntRange(min = 1, max = 5000) int maxDevices,
      @ForAll long seed) {
    QuantizationParameters p = parameters(parameters, maxDevices);
    Random random = new Random(seed);
    byte[] upload = valid(p, random);
    int usedBits = p.vectorLength() * p.ringBits();
    for (int bit = usedBits; bit < upload.length * 8; bit++) {
      byte[] tampered = upload.clone();
      tampered[bit / 8] |= (byte) (1 << (bit % 8));

      assertThat(verdict(p, tampered, random, 50)).isEqualTo(new Verdict.PaddingNotZero());
    }
  }

  @Test
  void truncatedAndOverlongUploads_haveTheWrongLength() {
    QuantizationParameters p = parameters(10, 10);
    int expected = (int) p.packedBytes();
    Random random = new Random(1);

    assertThat(verdict(p, new byte[expected - 1], random, 9))
        .isEqualTo(new Verdict.WrongLength(expected, expected - 1));
    assertThat(verdict(p, new byte[expected + 5], random, 1))
        .isEqualTo(new Verdict.WrongLength(expected, expected + 5));
    assertThat(verdict(p, new byte[0], random, 9)).isEqualTo(new Verdict.WrongLength(expected, 0));
  }
}
