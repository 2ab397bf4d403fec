package dev.tributary.security.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.PublishedVectors;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Publishes and checks vectors/shamir.json; recomputes its shares with big integers. */
class ShamirVectorsTest {

  private static final HexFormat HEX = HexFormat.of();
  private static final BigInteger P = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);
  private static final String[] SECRETS = {
    "00".repeat(32),
    "ff".repeat(32),
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "8000000000000000000000000000000000000000000000000000000000000001"
  };
  private static final int[][] POINTS = {
    {1, 2}, {1, 2, 3}, {7, 3, 1000, 65_536, 2_147_483_647}, {2, 4, 6, 8, 10, 12, 14, 16}
  };
  private static final int[] THRESHOLDS = {2, 2, 3, 7};

  @Test
  void published_isWhatIsComputed() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "what",
        "Shamir sharing of 32-byte secrets over p = 2^61 - 1, see ShamirSharing. Numbers below p are"
            + " decimal text. Limb i of a secret is bits 60 i to 60 i + 59 of it as a little-endian"
            + " integer. coefficients[d - 1][i] is the coefficient of x^d for limb i. A share is five"
            + " limbs of 8 bytes, little-endian.");
    document.put("p", P.toString());
    document.put("products", products());
    List<Object> sharings = new ArrayList<>();
    for (int i = 0; i < SECRETS.length; i++) {
      sharings.add(sharing(SECRETS[i], THRESHOLDS[i], POINTS[i], "shamir " + i));
    }
    document.put("sharings", sharings);
    PublishedVectors.assertPublished("shamir.json", document);
  }

  private static List<Object> products() {
    long[] numbers = {
      0, 1, 2, (1L << 60) - 1, 1L << 60, Field61.PRIME - 2, Field61.PRIME - 1, 1234567890123456789L
    };
    List<Object> products = new ArrayList<>();
    for (int i = 0; i < numbers.length; i++) {
      for (int j = i; j < numbers.length; j++) {
        Map<String, Object> product = new LinkedHashMap<>();
        product.put("a", Long.toString(numbers[i]));
        product.put("b", Long.toString(numbers[j]));
        product.put("ab", Long.toString(Field61.multiply(numbers[i], numbers[j])));
        products.add(product);
      }
    }
    return products;
  }

  private static Map<String, Object> sharing(
      String secret, int threshold, int[] points, String label) {
    byte[] shares = new byte[points.length * 40];
    try (SecretSplitter splitter = SecretSplitter.of(threshold, points)) {
      splitter.split(HEX.parseHex(secret), 0, PublishedVectors.repeatable(label), shares, 0);
    }
    List<List<BigInteger>> coefficients = coefficients(threshold, label);
    byte[] back = new byte[32];
    assertThat(ShareInterpolator.atZero(points).secret(shares, 0, back, 0)).isTrue();
    assertThat(HEX.formatHex(back)).isEqualTo(secret);

    Map<String, Object> sharing = new LinkedHashMap<>();
    sharing.put("secret", secret);
    sharing.put("threshold", threshold);
    sharing.put("limbs", limbs(secret).stream().map(BigInteger::toString).toList());
    sharing.put(
        "coefficients",
        coefficients.stream()
            .map(limbs -> limbs.stream().map(BigInteger::toString).toList())
            .toList());
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < points.length; i++) {
      byte[] share = Arrays.copyOfRange(shares, 40 * i, 40 * (i + 1));
      assertThat(share).isEqualTo(evaluated(limbs(secret), coefficients, points[i]));
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("point", points[i]);
      one.put("share", HEX.formatHex(share));
      list.add(one);
    }
    sharing.put("shares", list);
    return sharing;
  }

  private static List<BigInteger> limbs(String secret) {
    byte[] bytes = HEX.parseHex(secret);
    BigInteger number = BigInteger.ZERO;
    for (int i = 31; i >= 0; i--) {
      number = number.shiftLeft(8).or(BigInteger.valueOf(bytes[i] & 0xff));
    }
    List<BigInteger> limbs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      limbs.add(number.shiftRight(60 * i).mod(BigInteger.TWO.pow(60)));
    }
    return limbs;
  }

  private static List<List<BigInteger>> coefficients(int threshold, String label) {
    SecureRandom random = PublishedVectors.repeatable(label);
    List<List<BigInteger>> coefficients = new ArrayList<>();
    for (int degree = 1; degree < threshold; degree++) {
      List<BigInteger> limbs = new ArrayList<>();
      for (int limb = 0; limb < 5; limb++) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        limbs.add(BigInteger.valueOf(Limbs.get(bytes, 0) & Field61.PRIME));
      }
      coefficients.add(limbs);
    }
    return coefficients;
  }

  private static byte[] evaluated(
      List<BigInteger> secret, List<List<BigInteger>> coefficients, int point) {
    byte[] share = new byte[40];
    for (int limb = 0; limb < 5; limb++) {
      BigInteger value = secret.get(limb);
      for (int degree = 1; degree <= coefficients.size(); degree++) {
        value =
            value.add(
                coefficients
                    .get(degree - 1)
                    .get(limb)
                    .multiply(BigInteger.valueOf(point).pow(degree)));
      }
      Limbs.put(share, 8 * limb, value.mod(P).longValueExact());
    }
    return share;
  }
}
