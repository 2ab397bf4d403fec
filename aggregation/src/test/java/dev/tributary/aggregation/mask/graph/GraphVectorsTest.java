package dev.tributary.aggregation.mask.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** The vectors are what the code computes, and what the published algorithm gives by itself. */
class GraphVectorsTest {

  private static final Path FILE = Path.of("src/test/resources/vectors/graph.json");

  @Test
  void vectors_areWhatTheCodeComputes() throws IOException {
    Path written = Path.of("target/vectors/graph.json");
    Files.createDirectories(written.toAbsolutePath().getParent());
    Files.writeString(written, GraphVectors.json());

    assertThat(Files.readString(FILE))
        .as("compare with %s", written)
        .isEqualTo(GraphVectors.json());
  }

  @Test
  void seeds_areSha256OfRootAndValue() throws Exception {
    for (Map<String, Object> vector : vectors("seeds")) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(bytes(vector, "merkleRoot"));
      assertThat(digest.digest(bytes(vector, "publicValue"))).isEqualTo(bytes(vector, "seed"));
    }
  }

  @Test
  void orders_followFromThePublishedAlgorithm() throws Exception {
    int rejected = 0;
    for (Map<String, Object> vector : vectors("graphs")) {
      int n = number(vector, "devices");
      List<Integer> order = new ArrayList<>();
      rejected += shuffle(bytes(vector, "seed"), n, order);
      int[] array = order.stream().mapToInt(i -> i).toArray();

      assertThat(GraphVectors.digest(array)).isEqualTo(bytes(vector, "orderSha256"));
      if (vector.containsKey("order")) {
        assertThat(vector.get("order")).isEqualTo(order);
      }
      assertNeighbours(vector, order);
    }
    assertThat(rejected).as("words rejected: the rule is exercised").isPositive();
  }

  private static void assertNeighbours(Map<String, Object> vector, List<Integer> order) {
    int n = order.size();
    int k = number(vector, "degree");
    ((Map<?, ?>) field(vector, "neighbours"))
        .forEach(
            (device, neighbours) -> {
              int position = order.indexOf(Integer.valueOf((String) device));
              List<Integer> expected =
                  IntStream.rangeClosed(-(k / 2), k - k / 2)
                      .filter(step -> step != 0)
                      .mapToObj(step -> order.get((position + step + n) % n))
                      .toList();
              assertThat(neighbours).isEqualTo(expected);
            });
  }

  /** Fills {@code order} with nothing but the JDK's primitives; returns the words it rejected. */
  private static int shuffle(byte[] seed, int n, List<Integer> order)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(new byte[32], "HmacSHA256")); // no salt: zeros, RFC 5869 section 2.2
    byte[] extracted = mac.doFinal(seed);
    mac.init(new SecretKeySpec(extracted, "HmacSHA256"));
    mac.update("tributary/prg/v1/graph".getBytes(StandardCharsets.US_ASCII));
    byte[] key = Arrays.copyOf(mac.doFinal(new byte[] {1}), 16);
    Cipher cipher = Cipher.getInstance("AES/CTR/NoPadding");
    cipher.init(
        Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new IvParameterSpec(new byte[16]));
    byte[] stream = cipher.doFinal(new byte[4 * (n + 1000)]);

    for (int i = 0; i < n; i++) {
      order.add(i);
    }
    int next = 0;
    int rejected = 0;
    for (int i = n - 1; i >= 1; i--) {
      BigInteger bound = BigInteger.valueOf(i + 1L);
      BigInteger usable = BigInteger.TWO.pow(32).divide(bound).multiply(bound);
      BigInteger word = word(stream, next++);
      while (word.compareTo(usable) >= 0) {
        word = word(stream, next++);
        rejected++;
      }
      int j = word.mod(bound).intValueExact();
      order.set(j, order.set(i, order.get(j)));
    }
    return rejected;
  }

  private static BigInteger word(byte[] stream, int index) {
    byte[] bigEndian = new byte[4];
    for (int i = 0; i < 4; i++) {
      bigEndian[i] = stream[4 * index + 3 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  /** For the sparse graphs of small cohorts and all complete ones the exact search is feasible. */
  @Test
  void parameters_followFromTheExactRules() throws IOException {
    for (Map<String, Object> vector : vectors("parameters")) {
      CohortAssumptions cohort =
          new CohortAssumptions(
              number(vector, "devices"),
              number(vector, "corruptPerMillion"),
              number(vector, "dropoutPerMillion"),
              Adversary.valueOf((String) field(vector, "adversary")),
              number(vector, "securityBits"),
              number(vector, "correctnessBits"));
      ExactGraph exact = new ExactGraph(cohort);
      int degree = number(vector, "degree");

      assertThat(exact.threshold(degree)).isEqualTo(number(vector, "threshold"));
      assertThat(exact.corruptAtMost(degree)).isEqualTo(number(vector, "corruptAtMost"));
      assertThat(exact.aliveAtLeast(degree)).isEqualTo(number(vector, "aliveAtLeast"));
      if (cohort.devices() <= 1000) {
        assertThat(exact.degree()).hasValue(degree);
      }
    }
  }

  private static int number(Map<String, Object> vector, String name) {
    return (Integer) field(vector, name);
  }

  private static byte[] bytes(Map<String, Object> vector, String name) {
    return HexFormat.of().parseHex((String) field(vector, name));
  }

  private static Object field(Map<String, Object> vector, String name) {
    return Objects.requireNonNull(vector.get(name), name);
  }

  @SuppressWarnings("unchecked") // the file is ours: lists of objects
  private static List<Map<String, Object>> vectors(String name) throws IOException {
    return (List<Map<String, Object>>) field(JSON.std.mapFrom(Files.readString(FILE)), name);
  }
}
