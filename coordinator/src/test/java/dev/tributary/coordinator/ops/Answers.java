package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;

/** What tests send and expect again and again. */
final class Answers {

  private Answers() {}

  /** 41 residues of 20 bits, each below 2^16, packed from the lowest bit on. */
  static byte[] vector(long seed) {
    Random random = new Random(seed);
    byte[] packed = new byte[103];
    for (int i = 0; i < 41; i++) {
      int residue = random.nextInt(1 << 16);
      for (int bit = 0; bit < 20; bit++) {
        int at = i * 20 + bit;
        packed[at / 8] |= (byte) ((residue >>> bit & 1) << at % 8);
      }
    }
    return packed;
  }

  static void assertProblem(HttpResponse<byte[]> answer, RejectReason reason) {
    assertThat(text(answer)).contains("\"code\":\"" + reason.code() + "\"");
    assertThat(answer.statusCode()).isEqualTo(reason.httpStatus());
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  static String text(HttpResponse<byte[]> answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }
}
