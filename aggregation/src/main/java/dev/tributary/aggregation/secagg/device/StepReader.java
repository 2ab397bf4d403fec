package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** Reads what a {@link StepWriter} wrote. */
final class StepReader {

  private final ByteBuffer buffer;

  private StepReader(byte[] lent) {
    this.buffer = ByteBuffer.wrap(lent);
  }

  static DeviceStep read(SessionTerms terms, SecretBytes encoded) {
    return encoded.lend(
        InsecureSecretAccess.get(),
        lent -> {
          try {
            return new StepReader(lent).step(terms);
          } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("encoded step: ends early", e);
          }
        });
  }

  private DeviceStep step(SessionTerms terms) {
    StepKind kind = StepKind.of(number());
    if (!bytes().equals(terms.session().bytes())) {
      throw new IllegalArgumentException("encoded step: belongs to another session");
    }
    DeviceStep step =
        switch (kind) {
          case KEYS_ADVERTISED -> KeysAdvertised.read(terms, this);
          case SHARES_DEALT -> SharesDealt.read(terms, this);
          case MASKS_AGREED -> MasksAgreed.read(terms, this);
          case UPDATE_SENT -> UpdateSent.read(terms, this);
          case SHARES_REVEALED -> SharesRevealed.read(terms, this);
        };
    if (buffer.hasRemaining()) {
      throw new IllegalArgumentException(
          "encoded step: expected its end, got " + buffer.remaining() + " bytes more");
    }
    return step;
  }

  int number() {
    return buffer.getInt();
  }

  OpaqueBytes bytes() {
    return OpaqueBytes.of(raw());
  }

  SecretBytes secret() {
    byte[] raw = raw();
    try {
      return SecretBytes.copyOf(raw, InsecureSecretAccess.get());
    } finally {
      Arrays.fill(raw, (byte) 0);
    }
  }

  <T> List<T> each(Function<StepReader, T> one) {
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
