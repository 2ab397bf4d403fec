package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** Reads what a {@link StepWriter} wrote. */
public final class StepReader {

  private final ByteBuffer buffer;

  private StepReader(byte[] lent) {
    this.buffer = ByteBuffer.wrap(lent);
  }

  /**
   * The step in {@code encoded}: all of it is that step, and of this session.
   *
   * @param step reads the fields that a step of a kind has
   * @throws IllegalArgumentException when the bytes are not a step of this session
   */
  public static <T> T read(
      SessionTerms terms, SecretBytes encoded, BiFunction<StepKind, StepReader, T> step) {
    return encoded.lend(
        InsecureSecretAccess.get(),
        lent -> {
          try {
            return new StepReader(lent).whole(terms, step);
          } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("encoded step: ends early", e);
          }
        });
  }

  private <T> T whole(SessionTerms terms, BiFunction<StepKind, StepReader, T> read) {
    StepKind kind = StepKind.of(number());
    if (!bytes().equals(terms.session().bytes())) {
      throw new IllegalArgumentException("encoded step: belongs to another session");
    }
    T step = read.apply(kind, this);
    if (buffer.hasRemaining()) {
      throw new IllegalArgumentException(
          "encoded step: expected its end, got " + buffer.remaining() + " bytes more");
    }
    return step;
  }

  public int number() {
    return buffer.getInt();
  }

  public OpaqueBytes bytes() {
    return OpaqueBytes.of(raw());
  }

  public SecretBytes secret() {
    byte[] raw = raw();
    try {
      return SecretBytes.copyOf(raw, InsecureSecretAccess.get());
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  public <T> List<T> each(Function<StepReader, T> one) {
    int count = number();
    List<T> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(one.apply(this));
    }
    return values;
  }

  private byte[] raw() {
    int length = number();
    if (length < 0 || length > buffer.remaining()) {
      throw new IllegalArgumentException("encoded step: ends early");
    }
    byte[] raw = new byte[length];
    buffer.get(raw);
    return raw;
  }
}
