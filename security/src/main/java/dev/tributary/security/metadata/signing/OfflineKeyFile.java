package dev.tributary.security.metadata.signing;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.seal.PassphraseSealer;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.Pem;
import dev.tributary.security.secret.SecretBytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The file of a root key: its public half in clear ({@code PUBLIC KEY}, RFC 8410, section 4) and
 * its private half sealed under a passphrase ({@code TRIBUTARY SEALED KEY}). A file with the public
 * half alone is what a key holder hands to whoever plans the root.
 */
public final class OfflineKeyFile {

  /** A passphrase has at least so many bytes of UTF-8. */
  public static final int MINIMUM_PASSPHRASE_BYTES = 12;

  private static final String PUBLIC = "PUBLIC KEY";
  private static final String SEALED = "TRIBUTARY SEALED KEY";
  private static final int MAXIMUM_BYTES = 4096;

  /** SubjectPublicKeyInfo of Ed25519 up to the key (RFC 8410, section 10.1). */
  private static final byte[] PUBLIC_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private OfflineKeyFile() {}

  /**
   * Makes a key and its file.
   *
   * @param file must not exist: a key that is overwritten is gone
   * @param passphrase at least {@link #MINIMUM_PASSPHRASE_BYTES}
   * @throws IOException when there is a file, or it cannot be written
   * @throws IllegalArgumentException for a shorter passphrase
   */
  public static MetadataKey create(Path file, SecretBytes passphrase, SecureRandom random)
      throws IOException {
    if (passphrase.length() < MINIMUM_PASSPHRASE_BYTES) {
      throw new IllegalArgumentException(
          "passphrase: expected at least "
              + MINIMUM_PASSPHRASE_BYTES
              + " bytes, got "
              + passphrase.length());
    }
    if (Files.exists(file)) {
      throw new IOException(file + " is there already: a key is never overwritten");
    }
    SecretBytes seed = SecretBytes.random(DeviceKeyPair.PRIVATE_KEY_LENGTH_BYTES, random);
    DeviceKeyPair keys = DeviceKeyPair.of(seed);
    try {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      content.writeBytes(publicPem(new MetadataKey(keys.publicKey())));
      content.writeBytes(
          Pem.encode(
              SEALED, PassphraseSealer.seal(passphrase, purpose(keys.publicKey()), seed, random)));
      OwnerOnlyFile.replace(file, content.toByteArray());
      return new MetadataKey(keys.publicKey());
    } finally {
      keys.destroy();
    }
  }

  /** The public half as a file for others: ASCII. */
  public static byte[] publicPem(MetadataKey key) {
    byte[] encoded = key.publicKey().toByteArray();
    byte[] der = Arrays.copyOf(PUBLIC_PREFIX, PUBLIC_PREFIX.length + encoded.length);
    System.arraycopy(encoded, 0, der, PUBLIC_PREFIX.length, encoded.length);
    return Pem.encode(PUBLIC, der);
  }

  /**
   * The public half, of a key file or of a file with the public half alone.
   *
   * @throws IOException when the file cannot be read or holds no such key
   */
  public static MetadataKey readPublic(Path file) throws IOException {
    byte[] content;
    try (var in = Files.newInputStream(file)) {
      content = in.readNBytes(MAXIMUM_BYTES);
    }
    return publicKey(file, content);
  }

  /**
   * The key pair, for the caller to destroy.
   *
   * @throws IOException when the file cannot be read, others have access to it, the passphrase is
   *     another one, or the file was changed
   */
  public static DeviceKeyPair open(Path file, SecretBytes passphrase) throws IOException {
    byte[] content = OwnerOnlyFile.read(file, MAXIMUM_BYTES);
    MetadataKey key = publicKey(file, content);
    byte[] sealed = block(file, SEALED, content);
    Optional<SecretBytes> seed =
        PassphraseSealer.open(passphrase, purpose(key.publicKey()), sealed);
    if (seed.isEmpty()) {
      throw new IOException(file + ": the passphrase is another one, or the file was changed");
    }
    DeviceKeyPair keys = DeviceKeyPair.of(seed.get());
    if (!keys.publicKey().equals(key.publicKey())) {
      keys.destroy();
      throw new IOException(file + ": the private half does not belong to the public one");
    }
    return keys;
  }

  private static MetadataKey publicKey(Path file, byte[] content) throws IOException {
    byte[] der = block(file, PUBLIC, content);
    boolean isEd25519 =
        der.length == PUBLIC_PREFIX.length + DevicePublicKey.LENGTH_BYTES
            && Arrays.equals(der, 0, PUBLIC_PREFIX.length, PUBLIC_PREFIX, 0, PUBLIC_PREFIX.length);
    if (!isEd25519) {
      throw new IOException(file + ": expected an Ed25519 public key, found something else");
    }
    try {
      return new MetadataKey(
          DevicePublicKey.of(Arrays.copyOfRange(der, PUBLIC_PREFIX.length, der.length)));
    } catch (IllegalArgumentException notAKey) {
      throw new IOException(file + ": " + notAKey.getMessage(), notAKey);
    }
  }

  private static byte[] block(Path file, String label, byte[] content) throws IOException {
    List<SecretBytes> blocks;
    try {
      blocks = Pem.decode(label, content);
    } catch (IllegalArgumentException malformed) {
      throw new IOException(file + ": " + malformed.getMessage(), malformed);
    }
    if (blocks.size() != 1) {
      throw new IOException(
          file + ": expected one PEM block \"" + label + "\", found " + blocks.size());
    }
    return blocks.get(0).toByteArray(InsecureSecretAccess.get());
  }

  private static byte[] purpose(DevicePublicKey key) {
    return ("tributary/offline-key/v1/" + key).getBytes(StandardCharsets.US_ASCII);
  }
}
