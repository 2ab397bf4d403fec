package dev.tributary.security.seal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;

class PassphraseSealerTest {

  private static final byte[] PLACE = {1, 2};
  private static final SecretBytes PASSPHRASE = secret("a passphrase");
  private static final SecretBytes CONTENT = secret("content");

  private static SecretBytes secret(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8), InsecureSecretAccess.get());
  }

  @Test
  void content_opensInItsPlaceWithItsPassphrase() {
    byte[] sealed = PassphraseSealer.seal(PASSPHRASE, PLACE, CONTENT, new SecureRandom());
    assertThat(sealed).hasSize(CONTENT.length() + PassphraseSealer.OVERHEAD_BYTES);
    assertThat(PassphraseSealer.open(PASSPHRASE, PLACE, sealed)).contains(CONTENT);
    assertThat(PassphraseSealer.open(secret("another one"), PLACE, sealed)).isEmpty();
    assertThat(PassphraseSealer.open(PASSPHRASE, new byte[] {1, 3}, sealed)).isEmpty();
    byte[] changed = sealed.clone();
    changed[sealed.length - 1] ^= 1;
    assertThat(PassphraseSealer.open(PASSPHRASE, PLACE, changed)).isEmpty();
    assertThat(PassphraseSealer.open(PASSPHRASE, PLACE, new byte[50])).isEmpty();
  }

  /** A file must not make whoever opens it use all memory, or an hour. */
  @Test
  void unaffordableParameters_areNotTried() {
    byte[] sealed = PassphraseSealer.seal(PASSPHRASE, PLACE, CONTENT, new SecureRandom());
    for (int memoryKib : new int[] {-1, 0, 31, 1 << 21, Integer.MAX_VALUE}) {
      byte[] bomb = sealed.clone();
      ByteBuffer.wrap(bomb).putInt(1, memoryKib);
      assertThat(PassphraseSealer.open(PASSPHRASE, PLACE, bomb)).isEmpty();
    }
    for (int at : new int[] {0, 5, 6}) {
      for (int value : new int[] {0, 255}) {
        byte[] bomb = sealed.clone();
        bomb[at] = (byte) value;
        assertThat(PassphraseSealer.open(PASSPHRASE, PLACE, bomb)).isEmpty();
      }
    }
  }

  /** RFC 9106, section 5.3: Bouncy Castle's Argon2id is that of the standard. */
  @Test
  void argon2id_givesTheTagOfTheStandard() {
    Argon2BytesGenerator argon2 = new Argon2BytesGenerator();
    argon2.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withIterations(3)
            .withMemoryAsKB(32)
            .withParallelism(4)
            .withSalt(HexFormat.of().parseHex("02".repeat(16)))
            .withSecret(HexFormat.of().parseHex("03".repeat(8)))
            .withAdditional(HexFormat.of().parseHex("04".repeat(12)))
            .build());
    byte[] tag = new byte[32];
    argon2.generateBytes(HexFormat.of().parseHex("01".repeat(32)), tag);
    assertThat(HexFormat.of().formatHex(tag))
        .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
  }
}
