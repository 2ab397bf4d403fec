package dev.tributary.security.metadata.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.seal.FileSealer;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Private keys of metadata on a disk. */
class KeyFilesTest {

  @TempDir Path folder;

  private final SecureRandom random = new SecureRandom();

  private static SecretBytes passphrase(String text) {
    return SecretBytes.copyOf(text.getBytes(StandardCharsets.UTF_8), InsecureSecretAccess.get());
  }

  @Test
  void offlineKey_opensWithItsPassphraseAlone() throws Exception {
    Path file = folder.resolve("root.key");
    MetadataKey key = OfflineKeyFile.create(file, passphrase("correct horse battery"), random);
    assertThat(OfflineKeyFile.readPublic(file)).isEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    DeviceKeyPair opened = OfflineKeyFile.open(file, passphrase("correct horse battery"));
    assertThat(opened.publicKey()).isEqualTo(key.publicKey());

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OfflineKeyFile.open(file, passphrase("correct horse batterz")))
        .withMessageContaining("passphrase is another one")
        .withMessageNotContaining("horse");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OfflineKeyFile.create(file, passphrase("correct horse battery"), random))
        .withMessageContaining("never overwritten");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> OfflineKeyFile.create(folder.resolve("x"), passphrase("too short"), random));
  }

  /** With another public half, a holder would sign with a key that nobody named. */
  @Test
  void exchangedPublicHalf_doesNotOpen() throws Exception {
    Path mine = folder.resolve("mine");
    Path other = folder.resolve("other");
    OfflineKeyFile.create(mine, passphrase("correct horse battery"), random);
    MetadataKey theirs = OfflineKeyFile.create(other, passphrase("correct horse battery"), random);
    String sealed = Files.readString(mine).replaceFirst("(?s).*?-----END PUBLIC KEY-----\n", "");
    Files.writeString(
        mine, new String(OfflineKeyFile.publicPem(theirs), StandardCharsets.US_ASCII) + sealed);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OfflineKeyFile.open(mine, passphrase("correct horse battery")));
  }

  @Test
  void publicHalf_isAFileOfItsOwn_thatOtherToolsRead() throws Exception {
    MetadataKey key =
        OfflineKeyFile.create(folder.resolve("k"), passphrase("correct horse battery"), random);
    Path pub = folder.resolve("k.pub");
    Files.write(pub, OfflineKeyFile.publicPem(key));
    assertThat(OfflineKeyFile.readPublic(pub)).isEqualTo(key);
    byte[] der =
        java.util.Base64.getMimeDecoder()
            .decode(Files.readString(pub).replaceAll("-----.*-----", ""));
    assertThat(
            java.security.KeyFactory.getInstance("Ed25519")
                .generatePublic(new java.security.spec.X509EncodedKeySpec(der))
                .getEncoded())
        .isEqualTo(der);
    Files.writeString(pub, "nothing");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OfflineKeyFile.readPublic(pub))
        .withMessageContaining("PUBLIC KEY");
  }

  @Test
  void onlineKeys_areMadeOnceAndSealed() throws Exception {
    FileSealer sealer = FileSealer.withKeyFile(folder.resolve("sealing-key"), random);
    OnlineSigners made = OnlineKeyFolder.open(folder, sealer, random);
    OnlineSigners again = OnlineKeyFolder.open(folder, sealer, random);
    for (MetadataRole role : OnlineSigners.roles()) {
      assertThat(again.byRole().getOrDefault(role, List.of()).get(0).id())
          .isEqualTo(made.byRole().getOrDefault(role, List.of()).get(0).id());
    }
    assertThat(made.byRole().values().stream().map(of -> of.get(0).id()).distinct()).hasSize(3);
    // A key in the place of another one does not open.
    Files.copy(
        folder.resolve("snapshot.key"),
        folder.resolve("targets.key"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> OnlineKeyFolder.open(folder, sealer, random));
  }
}
