package dev.tributary.security.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class SecretBytesTest {

  private static final InsecureSecretAccess ACCESS = InsecureSecretAccess.get();

  private final byte[] content = "correct horse".getBytes(StandardCharsets.US_ASCII);
  private final SecretBytes secret = SecretBytes.copyOf(content, ACCESS);

  @Test
  void toString_showsTheLengthOnly() {
    assertThat(secret).hasToString("SecretBytes[13 bytes, redacted]");
  }

  @Test
  void arrayOfTheMaker_isCopied() {
    content[0] = 'C';
    assertThat(secret.toByteArray(ACCESS)[0]).isEqualTo((byte) 'c');
  }

  @Test
  void arrayOfTheReader_isACopy() {
    secret.toByteArray(ACCESS)[0] = 'C';
    assertThat(secret.toByteArray(ACCESS)[0]).isEqualTo((byte) 'c');
  }

  @Property
  void secrets_areEqualExactlyWhenTheirBytesAre(@ForAll byte[] one, @ForAll byte[] other) {
    SecretBytes first = SecretBytes.copyOf(one, ACCESS);
    assertThat(first.equals(SecretBytes.copyOf(one, ACCESS))).isTrue();
    assertThat(first.hashCode()).isEqualTo(SecretBytes.copyOf(one, ACCESS).hashCode());
    assertThat(first.equals(SecretBytes.copyOf(other, ACCESS)))
        .isEqualTo(Arrays.equals(one, other));
  }

  @Test
  void hashCode_tellsNothingOfTheContent() {
    assertThat(secret.hashCode())
        .isEqualTo(SecretBytes.copyOf(new byte[content.length], ACCESS).hashCode());
  }

  @Test
  void destroyed_givesNothingAway() {
    secret.destroy();
    secret.destroy();

    assertThat(secret.isDestroyed()).isTrue();
    assertThat(secret.length()).isEqualTo(13);
    assertThatIllegalStateException()
        .isThrownBy(() -> secret.toByteArray(ACCESS))
        .withMessageContaining("destroyed");
    assertThatIllegalStateException().isThrownBy(() -> secret.lend(ACCESS, bytes -> bytes.length));
  }

  @Test
  void destroyed_doesNotEqualASecretOfZeros() {
    secret.destroy();
    assertThat(secret).isNotEqualTo(SecretBytes.copyOf(new byte[13], ACCESS)).isEqualTo(secret);
    assertThat(SecretBytes.copyOf(new byte[13], ACCESS)).isNotEqualTo(secret);
  }

  @Test
  void lentBytes_areOverwrittenAfterUse() {
    AtomicReference<byte[]> lent = new AtomicReference<>();
    int length =
        secret.lend(
            ACCESS,
            bytes -> {
              assertThat(bytes).isEqualTo(content);
              lent.set(bytes);
              return bytes.length;
            });
    assertThat(length).isEqualTo(13);
    assertThat(lent.get()).containsOnly(0);
  }

  @Test
  void lentBytes_areOverwrittenWhenTheUseFails() {
    AtomicReference<byte[]> lent = new AtomicReference<>();
    assertThatThrownBy(
            () ->
                secret.lend(
                    ACCESS,
                    bytes -> {
                      lent.set(bytes);
                      throw new IllegalStateException("use failed");
                    }))
        .hasMessage("use failed");
    assertThat(lent.get()).containsOnly(0);
  }

  @Test
  void randomSecrets_differ() {
    SecureRandom random = new SecureRandom();
    assertThat(SecretBytes.random(32, random)).isNotEqualTo(SecretBytes.random(32, random));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SecretBytes.random(0, random))
        .withMessageContaining("expected at least 1");
  }
}
