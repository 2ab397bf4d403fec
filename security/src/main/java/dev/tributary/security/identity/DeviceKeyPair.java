package dev.tributary.security.identity;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The identity of a device: an Ed25519 key pair (RFC 8032) whose private half never leaves the
 * device.
 *
 * <p>Bouncy Castle's arithmetic is called directly: it verifies about ten times as many signatures
 * a second as the provider of the JDK, and needs no security provider to be registered. Safe for
 * use by many threads.
 */
public final class DeviceKeyPair {

  /** Length of the private key: the 32-byte seed of RFC 8032, section 5.1.5. */
  public static final int PRIVATE_KEY_LENGTH_BYTES = 32;

  private static final int MAXIMUM_FILE_BYTES = 4096;

  private final SecretBytes privateKey;
  private final DevicePublicKey publicKey;

  private DeviceKeyPair(SecretBytes privateKey) {
    this.privateKey = privateKey;
    this.publicKey =
        privateKey.lend(
            InsecureSecretAccess.get(),
            seed -> {
              byte[] encoded = new byte[DevicePublicKey.LENGTH_BYTES];
              Ed25519.generatePublicKey(seed, 0, encoded, 0);
              return DevicePublicKey.of(encoded);
            });
  }

  /** A new identity. */
  public static DeviceKeyPair generate(SecureRandom random) {
    return new DeviceKeyPair(SecretBytes.random(PRIVATE_KEY_LENGTH_BYTES, random));
  }

  /**
   * The identity with a given private key.
   *
   * @param privateKey 32 bytes; from now on owned by the key pair, which destroys it with itself
   * @throws IllegalArgumentException for another length
   */
  public static DeviceKeyPair of(SecretBytes privateKey) {
    if (privateKey.length() != PRIVATE_KEY_LENGTH_BYTES) {
      throw new IllegalArgumentException(
          "Ed25519 private key: expected "
              + PRIVATE_KEY_LENGTH_BYTES
              + " bytes, got "
              + privateKey.length());
    }
    return new DeviceKeyPair(privateKey);
  }

  /**
   * Reads a key pair that {@link #save} wrote, or any unencrypted PKCS#8 PEM file with an Ed25519
   * key (RFC 8410).
   *
   * @throws IOException when the file cannot be read, is not such a key, or others have access to
   *     it
   */
  public static DeviceKeyPair load(Path file) throws IOException {
    byte[] content = OwnerOnlyFile.read(file, MAXIMUM_FILE_BYTES);
    try {
      return new DeviceKeyPair(PrivateKeyPem.decode(content));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Writes the private key as PKCS#8 PEM (RFC 8410), readable by the owner only, as a whole or not
   * at all.
   *
   * @throws IOException when the folder cannot be written; an existing file is then unchanged
   */
  public void save(Path file) throws IOException {
    byte[] pem = privateKey.lend(InsecureSecretAccess.get(), PrivateKeyPem::encode);
    try {
      OwnerOnlyFile.replace(file, pem);
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  /** The half that others may know. */
  public DevicePublicKey publicKey() {
    return publicKey;
  }

  /**
   * Signs {@code message} (pure Ed25519, deterministic).
   *
   * @throws IllegalStateException after {@link #destroy()}
   */
  public DeviceSignature sign(byte[] message) {
    return privateKey.lend(
        InsecureSecretAccess.get(),
        seed -> {
          byte[] signature = new byte[DeviceSignature.LENGTH_BYTES];
          Ed25519.sign(
              seed, 0, publicKey.toByteArray(), 0, message, 0, message.length, signature, 0);
          return DeviceSignature.of(signature);
        });
  }

  /** Forgets the private key; the public key remains. */
  public void destroy() {
    privateKey.destroy();
  }

  @Override
  public String toString() {
    return "DeviceKeyPair[publicKey=" + publicKey + ", privateKey redacted]";
  }
}
