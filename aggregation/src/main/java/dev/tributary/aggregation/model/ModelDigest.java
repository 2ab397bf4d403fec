package dev.tributary.aggregation.model;

import dev.tributary.security.BugException;
import dev.tributary.security.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The identity of a model version: SHA-256 of its canonical safetensors file.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ModelDigest(String hex) {

  /** The length of a digest in bytes. */
  public static final int BYTES = 32;

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ModelDigest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException(
          "model digest: expected 64 lower-case hexadecimal digits, got "
              + hex.length()
              + " characters");
    }
  }

  /**
   * The digest of a state, as its canonical file would have it. Reads every weight once; allocates
   * no file.
   */
  public static ModelDigest of(ModelState state) {
    MessageDigest sha256 = Sha256.start();
    try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), sha256)) {
      Safetensors.write(state, sink);
    } catch (IOException impossible) {
      throw new BugException("a null stream failed", impossible);
    }
    return ofSha256(sha256.digest());
  }

  /** The digest whose 32 bytes are these. */
  public static ModelDigest ofSha256(byte[] sha256) {
    if (sha256.length != BYTES) {
      throw new IllegalArgumentException(
          "model digest: expected " + BYTES + " bytes, got " + sha256.length);
    }
    return new ModelDigest(HexFormat.of().formatHex(sha256));
  }

  /** The 32 bytes of the digest. */
  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** The text form: the hexadecimal digits. */
  @Override
  public String toString() {
    return hex;
  }
}
