package dev.tributary.security.identity.certificate;

import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Issues certificates to devices under an Ed25519 key of its own and, in the hybrid suite, an
 * ML-DSA-65 key (FIPS 204) whose signature binds the same content. Keeps no list of what it issued
 * and has no clock. Safe for use by many threads, but not while another destroys it.
 */
public final class CertificateAuthority {

  private static final int MAXIMUM_FILE_BYTES = 32 * 1024;

  /** The first byte of all that is signed in certificates (X.690, section 8.9). */
  private static final byte DER_SEQUENCE = 0x30;

  private final AuthorityCertificate certificate;
  private final SecretBytes seed;
  private final DeviceKeyPair key;
  private final @Nullable MlDsaKeyPair alternativeKey;

  private CertificateAuthority(AuthorityFile file) {
    this.certificate = file.certificate();
    this.seed = file.seed();
    this.key = keyOf(seed);
    SecretBytes alternativeSeed = file.alternativeSeed();
    this.alternativeKey = alternativeSeed == null ? null : new MlDsaKeyPair(alternativeSeed);
    if (!key.publicKey().equals(certificate.publicKey())
        || !isPairOf(alternativeKey, certificate)) {
      throw new IllegalArgumentException(
          "authority: expected the private keys of its certificate, got others");
    }
  }

  /**
   * A new authority.
   *
   * @param suite whether it has an ML-DSA-65 key as well
   * @param name 1 to 64 characters: the issuer of its certificates
   * @param validity certificates end within it
   * @throws IllegalArgumentException for an impossible name
   */
  public static CertificateAuthority generate(
      CipherSuite suite, String name, Validity validity, SecureRandom random) {
    SecretBytes seed = SecretBytes.random(DeviceKeyPair.PRIVATE_KEY_LENGTH_BYTES, random);
    SecretBytes alternativeSeed =
        suite == CipherSuite.HYBRID
            ? SecretBytes.random(MlDsaKeyPair.SEED_LENGTH_BYTES, random)
            : null;
    MlDsaKeyPair alternativeKey =
        alternativeSeed == null ? null : new MlDsaKeyPair(alternativeSeed);
    AuthorityCertificate certificate =
        AuthorityCertificate.sign(
            name, validity, CertificateTerms.randomSerial(random), keyOf(seed), alternativeKey);
    return new CertificateAuthority(new AuthorityFile(certificate, seed, alternativeSeed));
  }

  /**
   * Reads an authority that {@link #save} wrote.
   *
   * @throws IOException when the file cannot be read, is not an authority, or others have access to
   *     it
   */
  public static CertificateAuthority load(Path file) throws IOException {
    byte[] content = OwnerOnlyFile.read(file, MAXIMUM_FILE_BYTES);
    try {
      return new CertificateAuthority(AuthorityFile.decode(content));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    } finally {
      Arrays.fill(content, (byte) 0);
    }
  }

  /**
   * Writes certificate and private keys in PEM, readable by the owner only, as a whole or not at
   * all.
   *
   * @throws IOException when the folder cannot be written; an existing file is then unchanged
   * @throws IllegalStateException after {@link #destroy()}
   */
  public void save(Path file) throws IOException {
    byte[] pem =
        new AuthorityFile(certificate, seed, alternativeKey == null ? null : alternativeKey.seed())
            .encode();
    try {
      OwnerOnlyFile.replace(file, pem);
    } finally {
      Arrays.fill(pem, (byte) 0);
    }
  }

  /** What others are given to verify with. */
  public AuthorityCertificate certificate() {
    return certificate;
  }

  /**
   * Certifies a key. The caller has made sure that whoever asks holds its private half.
   *
   * @param terms with a serial that was not used before
   * @throws IllegalArgumentException when the terms outlast the authority
   * @throws IllegalStateException after {@link #destroy()}
   */
  public DeviceCertificate issue(CertificateTerms terms, DevicePublicKey publicKey) {
    return issue(terms, publicKey, alternativeKey);
  }

  /**
   * Certifies a key for {@link dev.tributary.security.agreement.CipherSuite#CLASSIC}: with the
   * Ed25519 signature alone, whatever keys this authority has. A tenth of the length.
   *
   * @param terms with a serial that was not used before
   * @throws IllegalArgumentException when the terms outlast the authority
   * @throws IllegalStateException after {@link #destroy()}
   */
  public DeviceCertificate issueClassic(CertificateTerms terms, DevicePublicKey publicKey) {
    return issue(terms, publicKey, null);
  }

  private DeviceCertificate issue(
      CertificateTerms terms, DevicePublicKey publicKey, @Nullable MlDsaKeyPair second) {
    if (!certificate.validity().encloses(terms.validity())) {
      throw new IllegalArgumentException(
          "validity of a certificate: expected within "
              + certificate.validity()
              + ", got "
              + terms.validity());
    }
    return DeviceCertificate.sign(terms, publicKey, certificate, key, second);
  }

  /**
   * Signs something that is not a certificate with the Ed25519 key: a list of those that it
   * certified, say. The statement begins with a text that says what it is, as no certificate does,
   * so that neither can be taken for the other.
   *
   * @throws IllegalArgumentException when the statement begins as a certificate does
   * @throws IllegalStateException after {@link #destroy()}
   */
  public DeviceSignature sign(byte[] statement) {
    if (statement.length == 0 || statement[0] == DER_SEQUENCE) {
      throw new IllegalArgumentException(
          "statement of an authority: expected one that begins with what it is");
    }
    return key.sign(statement);
  }

  /** Forgets the private keys; the certificate remains. */
  public void destroy() {
    seed.destroy();
    key.destroy();
    if (alternativeKey != null) {
      alternativeKey.destroy();
    }
  }

  @Override
  public String toString() {
    return "CertificateAuthority[" + certificate + ", private keys redacted]";
  }

  /** A key pair owns its secret, and so do we: two copies. */
  private static DeviceKeyPair keyOf(SecretBytes seed) {
    return seed.lend(
        InsecureSecretAccess.get(),
        bytes -> DeviceKeyPair.of(SecretBytes.copyOf(bytes, InsecureSecretAccess.get())));
  }

  private static boolean isPairOf(@Nullable MlDsaKeyPair pair, AuthorityCertificate certificate) {
    return certificate
        .alternativeKey()
        .map(key -> pair != null && Arrays.equals(key.getEncoded(), pair.publicKey().getEncoded()))
        .orElse(pair == null);
  }
}
