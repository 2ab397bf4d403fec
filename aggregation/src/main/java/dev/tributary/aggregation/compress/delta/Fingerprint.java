package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.ArtifactForm;
import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.security.BugException;
import dev.tributary.security.Sha256;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/**
 * Digest and length of an artifact, without the artifact's bytes in memory.
 *
 * @param digest SHA-256 of the bytes
 * @param bytes how many there are
 */
record Fingerprint(ModelDigest digest, long bytes) {

  static <C> Fingerprint of(C content, ArtifactForm<C> form) {
    var sink = new Sink();
    try {
      form.write(content, sink);
    } catch (IOException impossible) {
      throw new BugException("a digest failed", impossible);
    }
    return new Fingerprint(ModelDigest.ofSha256(sink.sha256.digest()), sink.length);
  }

  /**
   * @throws DeltaException when a delta leads from something else than this
   */
  void requireBaseOf(DeltaHeader header) throws DeltaException {
    if (!digest.equals(header.base())) {
      throw new DeltaException(
          Reason.WRONG_BASE, "delta: it leads from " + header.base() + ", the base is " + digest);
    }
  }

  /**
   * @throws DeltaException when a delta promises something else than this
   */
  void requireResultOf(DeltaHeader header) throws DeltaException {
    if (!digest.equals(header.result()) || bytes != header.resultBytes()) {
      throw new DeltaException(
          Reason.WRONG_RESULT,
          "delta: expected it to lead to %s of %s bytes, got %s of %d"
              .formatted(
                  header.result(), Long.toUnsignedString(header.resultBytes()), digest, bytes));
    }
  }

  private static final class Sink extends OutputStream {

    private final MessageDigest sha256 = Sha256.start();
    private long length;

    @Override
    public void write(int one) {
      sha256.update((byte) one);
      length++;
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      sha256.update(bytes, from, count);
      length += count;
    }
  }
}
