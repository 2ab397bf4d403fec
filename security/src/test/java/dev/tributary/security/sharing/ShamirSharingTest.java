package dev.tributary.security.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShamirSharingTest {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final SecretBytes secret = SecretBytes.random(32, RANDOM);
  private final int[] points = {1, 2, 3, 4, 5};
  private final List<SecretShare> shares = ShamirSharing.split(secret, 3, points, RANDOM);

  @Property(tries = 300)
  void anyThresholdOfShares_giveTheSecret(
      @ForAll @Size(32) byte[] bytes,
      @ForAll @IntRange(min = 2, max = 40) int count,
      @ForAll @IntRange(min = 2, max = 40) int wanted,
      @ForAll long seed) {
    int threshold = Math.min(wanted, count);
    Random order = new Random(seed);
    int[] at = order.ints(1, Integer.MAX_VALUE).distinct().limit(count).toArray();
    SecretBytes content = SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
    List<SecretShare> all = new ArrayList<>(ShamirSharing.split(content, threshold, at, RANDOM));
    Collections.shuffle(all, order);

    int given = threshold + order.nextInt(count - threshold + 1);
    assertThat(ShamirSharing.reconstruct(threshold, all.subList(0, given))).contains(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "ff", "0f", "f0"})
  void secretsAtTheEdges_survive(String pattern) {
    SecretBytes edge =
        SecretBytes.copyOf(HexFormat.of().parseHex(pattern.repeat(32)), InsecureSecretAccess.get());
    List<SecretShare> split =
        ShamirSharing.split(edge, 2, new int[] {7, Integer.MAX_VALUE}, RANDOM);
    assertThat(ShamirSharing.reconstruct(2, split)).contains(edge);
  }

  @Test
  void anyBitOfTheSecret_survives() {
    for (int bit = 0; bit < 256; bit++) {
      byte[] bytes = new byte[32];
      bytes[bit / 8] = (byte) (1 << bit % 8);
      SecretBytes one = SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
      assertThat(ShamirSharing.reconstruct(3, ShamirSharing.split(one, 3, points, RANDOM)))
          .as("bit %d", bit)
          .contains(one);
    }
  }

  /** A false share gives another secret, or none: chance 2^-256 of the same. */
  @Test
  void anyFlippedBitOfAShare_changesTheResult() {
    byte[] value = shares.get(0).value().toByteArray(InsecureSecretAccess.get());
    int refused = 0;
    for (int bit = 0; bit < 8 * value.length; bit++) {
      byte[] changed = value.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      if (bit % 64 >= 61) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> SecretShare.of(1, changed))
            .withMessage("share at point 1: expected numbers below 2^61 - 1, got a larger one");
        refused++;
      } else {
        List<SecretShare> some = List.of(SecretShare.of(1, changed), shares.get(1), shares.get(2));
        assertThat(ShamirSharing.reconstruct(3, some))
            .as("bit %d", bit)
            .isNotEqualTo(Optional.of(secret));
      }
    }
    assertThat(refused).isEqualTo(15);
  }

  /**
   * Shares of zero at one below the threshold are uniform: the mean of 20 000 uniform limbs is
   * within 6 of its standard deviations of (p - 1) / 2. Fails by chance with 2e-9.
   */
  @Test
  void shareOfAKnownSecret_isUniform() {
    SecretBytes zero = SecretBytes.copyOf(new byte[32], InsecureSecretAccess.get());
    int tries = 4000;
    double sum = 0;
    for (int i = 0; i < tries; i++) {
      byte[] value =
          ShamirSharing.split(zero, 2, new int[] {1, 2}, RANDOM)
              .get(0)
              .value()
              .toByteArray(InsecureSecretAccess.get());
      for (int limb = 0; limb < 5; limb++) {
        sum += Limbs.get(value, 8 * limb) / (double) Field61.PRIME;
      }
    }
    double mean = sum / (5 * tries);
    assertThat(Math.abs(mean - 0.5)).isLessThan(6 * Math.sqrt(1.0 / 12 / (5 * tries)));
  }

  @Test
  void oneShareFewerThanTheThreshold_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShamirSharing.reconstruct(3, shares.subList(0, 2)))
        .withMessage("shares of a secret: expected at least 3, got 2");
  }

  @Test
  void twoSharesAtOnePoint_areRefused() {
    List<SecretShare> twice = List.of(shares.get(0), shares.get(1), shares.get(0));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShamirSharing.reconstruct(3, twice))
        .withMessage("points of shares: expected each once, got 1 twice");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, -1, 0})
  void pointsBelowOne_areRefused(int point) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShamirSharing.split(secret, 2, new int[] {1, point}, RANDOM))
        .withMessageContaining("at least 1, got " + point);
    assertThatIllegalArgumentException().isThrownBy(() -> SecretShare.of(point, new byte[40]));
    assertThatIllegalArgumentException().isThrownBy(() -> ShareInterpolator.at(point, points));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1, 6})
  void impossibleThreshold_isRefused(int threshold) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShamirSharing.split(secret, threshold, points, RANDOM))
        .withMessage(
            "threshold of shares: expected 2 to the number of points, 5, got " + threshold);
  }

  @Test
  void thresholdBelowTwo_isRefusedInReconstruction() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShamirSharing.reconstruct(1, shares.subList(0, 1)));
  }

  @Test
  void noPoints_areRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShareInterpolator.atZero(new int[0]))
        .withMessageContaining("got none");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 39, 41})
  void shareOfAnotherLength_isRefused(int length) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecretShare.of(3, new byte[length]))
        .withMessage("share at point 3: expected 40 bytes, got " + length);
  }

  @Test
  void secretOfAnotherLength_isRefused() {
    SecretBytes tooShort = SecretBytes.random(31, RANDOM);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShamirSharing.split(tooShort, 3, points, RANDOM))
        .withMessage("secret to share: expected 32 bytes, got 31");
  }

  @Test
  void share_neverShowsItsContent() {
    assertThat(shares.get(0)).hasToString("SecretShare[point=1, value redacted]");
  }

  @Test
  void shares_areComparedByPointAndValue() {
    byte[] value = shares.get(0).value().toByteArray(InsecureSecretAccess.get());
    assertThat(SecretShare.of(1, value)).isEqualTo(shares.get(0)).hasSameHashCodeAs(shares.get(0));
    assertThat(SecretShare.of(2, value)).isNotEqualTo(shares.get(0));
    assertThat(shares.get(1)).isNotEqualTo(shares.get(0));
  }

  @Test
  void destroyedShare_givesNothing() {
    shares.get(0).destroy();
    assertThatIllegalStateException().isThrownBy(() -> ShamirSharing.reconstruct(3, shares));
  }

  @Test
  void shareAtAnotherPoint_isFoldedFromAThreshold() {
    byte[] first = new byte[3 * 40];
    for (int i = 0; i < 3; i++) {
      byte[] value = shares.get(i).value().toByteArray(InsecureSecretAccess.get());
      System.arraycopy(value, 0, first, 40 * i, 40);
    }
    byte[] fifth = new byte[40];
    ShareInterpolator.at(5, new int[] {1, 2, 3}).share(first, 0, fifth, 0);
    assertThat(SecretShare.of(5, fifth)).isEqualTo(shares.get(4));
  }

  @Test
  void batch_writesWithinItsRangeOnly() {
    byte[] secrets = new byte[70];
    secret.lend(
        InsecureSecretAccess.get(),
        bytes -> {
          System.arraycopy(bytes, 0, secrets, 5, 32);
          return bytes.length;
        });
    byte[] out = new byte[3 + 5 * 40 + 4];
    try (SecretSplitter splitter = SecretSplitter.of(3, points)) {
      splitter.split(secrets, 5, RANDOM, out, 3);
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> splitter.split(secrets, 39, RANDOM, out, 3));
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> splitter.split(secrets, 5, RANDOM, out, 8));
    }
    assertThat(IntStream.of(0, 1, 2, 203, 204, 205, 206).allMatch(i -> out[i] == 0)).isTrue();

    byte[] back = new byte[70];
    assertThat(ShareInterpolator.atZero(points).secret(out, 3, back, 5)).isTrue();
    assertThat(back).isEqualTo(secrets);
  }

  @Test
  void interpolator_refusesALimbThatIsNotOfTheField() {
    byte[] given = new byte[3 * 40];
    Limbs.put(given, 40 + 16, Field61.PRIME);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ShareInterpolator.atZero(new int[] {4, 9, 11}).secret(given, 0, new byte[32], 0))
        .withMessageContaining("share at point 9");
  }

  /** The first draw is all ones: every candidate is p, so that all are drawn again. */
  @Test
  void coefficientThatIsP_isDrawnAgain() {
    SecureRandom allOnesFirst =
        new SecureRandom() {
          private static final long serialVersionUID = 1L;
          private boolean later;

          @Override
          public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) (later ? 0x05 : 0xff));
            later = true;
          }
        };
    List<SecretShare> split = ShamirSharing.split(secret, 3, points, allOnesFirst);
    assertThat(ShamirSharing.reconstruct(3, split)).contains(secret);
  }
}
