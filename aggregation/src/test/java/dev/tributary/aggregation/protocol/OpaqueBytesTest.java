package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpaqueBytesTest {

  @Test
  void bytes_areCopiedInAndOut() {
    byte[] mine = {1, 2, 3};
    OpaqueBytes bytes = OpaqueBytes.of(mine);
    mine[0] = 9;
    bytes.toByteArray()[1] = 9;
    assertThat(bytes.toByteArray()).containsExactly(1, 2, 3);
  }

  @Test
  void bytes_areComparedByValue() {
    OpaqueBytes bytes = OpaqueBytes.of(new byte[] {1, -2});
    assertThat(bytes).isEqualTo(OpaqueBytes.of(new byte[] {1, -2}));
    assertThat(bytes).hasSameHashCodeAs(OpaqueBytes.of(new byte[] {1, -2}));
    assertThat(bytes).isNotEqualTo(OpaqueBytes.of(new byte[] {1, -2, 0}));
    assertThat(bytes.at(1)).isEqualTo(254);
    assertThat(OpaqueBytes.of(new byte[0])).isEqualTo(OpaqueBytes.EMPTY);
    assertThat(OpaqueBytes.EMPTY.isEmpty()).isTrue();
  }

  @Test
  void text_showsTheBeginning() {
    assertThat(OpaqueBytes.of(new byte[] {1, -2})).hasToString("2 bytes 01fe");
    assertThat(OpaqueBytes.of(new byte[1216])).hasToString("1216 bytes " + "00".repeat(16) + "..");
  }

  @Test
  void revealedShare_isNotInItsText() {
    byte[] share = new byte[40];
    Arrays.fill(share, (byte) 0x5a);
    UnmaskAnswer answer =
        new UnmaskAnswer(
            List.of(
                new RevealedShare(
                    3, ShareKind.MASK, SecretBytes.copyOf(share, InsecureSecretAccess.get()))));
    assertThat(answer.toString()).contains("index=3", "redacted").doesNotContain("5a5a", "90, 90");
  }
}
