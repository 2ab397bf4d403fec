package dev.tributary.security.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceKeyPairTest {

  /** RFC 8410, section 10.3: the private key alone, and with attributes and public key. */
  private static final String RFC_8410_PRIVATE_KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      -----END PRIVATE KEY-----
      """;

  private static final String RFC_8410_WITH_ATTRIBUTES =
      """
      -----BEGIN PRIVATE KEY-----
      MHICAQEwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC
      oB8wHQYKKoZIhvcNAQkJFDEPDA1DdXJkbGUgQ2hhaXJzgSEAGb9ECWmEzf6FQbrB
      Z9w7lshQhqowtrbLDFw4rXAxZuE=
      -----END PRIVATE KEY-----
      """;

  private static final String RFC_8410_PUBLIC_KEY =
      "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";

  private static final byte[] MESSAGE = "message".getBytes(StandardCharsets.US_ASCII);

  @TempDir Path folder;

  private final DeviceKeyPair keys = DeviceKeyPair.generate(new SecureRandom());

  @Test
  void generated_signsWhatItsPublicKeyVerifies() {
    assertThat(keys.publicKey().verifies(MESSAGE, keys.sign(MESSAGE))).isTrue();
  }

  @Test
  void signing_isDeterministic() {
    assertThat(keys.sign(MESSAGE)).isEqualTo(keys.sign(MESSAGE));
  }

  @Test
  void saved_isLoadedAsTheSameIdentity() throws IOException {
    Path file = folder.resolve("device.pem");
    keys.save(file);
    DeviceKeyPair loaded = DeviceKeyPair.load(file);

    assertThat(loaded.publicKey()).isEqualTo(keys.publicKey());
    assertThat(loaded.sign(MESSAGE)).isEqualTo(keys.sign(MESSAGE));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void saved_isReadByTheKeyFactoryOfTheJdk() throws IOException, GeneralSecurityException {
    Path file = folder.resolve("device.pem");
    keys.save(file);
    String base64 = Files.readString(file).replaceAll("-----[A-Z ]+-----|\\s", "");
    PrivateKey key =
        KeyFactory.getInstance("Ed25519")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
    Signature signer = Signature.getInstance("Ed25519");
    signer.initSign(key);
    signer.update(MESSAGE);

    assertThat(DeviceSignature.of(signer.sign())).isEqualTo(keys.sign(MESSAGE));
  }

  @ParameterizedTest
  @ValueSource(strings = {RFC_8410_PRIVATE_KEY, RFC_8410_WITH_ATTRIBUTES})
  void keyOfTheRfc_isLoaded(String pem) throws IOException {
    assertThat(DeviceKeyPair.load(fileWith(pem)).publicKey()).hasToString(RFC_8410_PUBLIC_KEY);
  }

  @Test
  void keyOfTheRfc_isSavedByteForByte() throws IOException {
    Path file = folder.resolve("again.pem");
    DeviceKeyPair.load(fileWith(RFC_8410_PRIVATE_KEY)).save(file);
    assertThat(file).hasContent(RFC_8410_PRIVATE_KEY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not a key",
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMC4C?QAw\n-----END PRIVATE KEY-----",
        "-----BEGIN EC PRIVATE KEY-----\nMC4C\n-----END EC PRIVATE KEY-----"
      })
  void fileThatIsNoKey_isRefusedByName(String content) throws IOException {
    Path file = fileWith(content);
    assertThatIOException()
        .isThrownBy(() -> DeviceKeyPair.load(file))
        .withMessageContaining(file.toString());
  }

  @Test
  void keyOfAnotherAlgorithm_isRefused() throws IOException {
    // X25519, the key of RFC 8410 under the neighbouring object identifier 1.3.101.110
    Path file = fileWith(RFC_8410_PRIVATE_KEY.replace("K2Vw", "K2Vu"));
    assertThatIOException()
        .isThrownBy(() -> DeviceKeyPair.load(file))
        .withMessageContaining("another algorithm");
  }

  @Test
  void fileThatOthersMayRead_isRefused() throws IOException {
    Path file = folder.resolve("device.pem");
    keys.save(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatIOException()
        .isThrownBy(() -> DeviceKeyPair.load(file))
        .withMessageContaining("rw-r--r--");
  }

  @Test
  void complaintAboutAFile_doesNotShowItsContent() throws IOException {
    Path file = fileWith("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----");
    assertThatIOException()
        .isThrownBy(() -> DeviceKeyPair.load(file))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("c2VjcmV0", "secret"));
  }

  @Test
  void toString_showsThePublicKeyOnly() {
    byte[] seed = HexFormat.of().parseHex("07".repeat(32));
    DeviceKeyPair pair = DeviceKeyPair.of(SecretBytes.copyOf(seed, InsecureSecretAccess.get()));
    assertThat(pair.toString()).contains(pair.publicKey().toString()).doesNotContain("0707");
  }

  @Test
  void destroyed_signsNoMore() {
    keys.destroy();
    assertThatIllegalStateException().isThrownBy(() -> keys.sign(MESSAGE));
  }

  @Test
  void privateKeyOfAnotherLength_isRefused() {
    SecretBytes tooLong = SecretBytes.copyOf(new byte[64], InsecureSecretAccess.get());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DeviceKeyPair.of(tooLong))
        .withMessage("Ed25519 private key: expected 32 bytes, got 64");
  }

  private Path fileWith(String content) throws IOException {
    Path file = folder.resolve("given.pem");
    OwnerOnlyFile.replace(file, content.getBytes(StandardCharsets.US_ASCII));
    return file;
  }
}
