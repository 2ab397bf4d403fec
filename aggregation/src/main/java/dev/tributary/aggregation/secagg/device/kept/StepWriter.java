package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collection;
import java.util.function.BiConsumer;

/** Writes a step field by field; what it wrote to is overwritten when it is done. */
public final class StepWriter {

  private static final int FIRST_BYTES = 4096;

  private byte[] buffer = new byte[FIRST_BYTES];
  private int length;

  public StepWriter(StepKind kind, SessionTerms terms) {
    number(kind.number()).bytes(terms.session().bytes());
  }

  public StepWriter number(int value) {
    ByteBuffer.wrap(room(Integer.BYTES), length, Integer.BYTES).putInt(value);
    length += Integer.BYTES;
    return this;
  }

  public StepWriter bytes(OpaqueBytes value) {
    return raw(value.toByteArray());
  }

  public StepWriter secret(SecretBytes value) {
    return value.lend(InsecureSecretAccess.get(), this::raw);
  }

  public <T> StepWriter each(Collection<T> values, BiConsumer<StepWriter, T> one) {
    number(values.size());
    values.forEach(value -> one.accept(this, value));
    return this;
  }

  public SecretBytes done() {
    byte[] exact = Arrays.copyOf(buffer, length);
    SecretBytes encoded = SecretBytes.copyOf(exact, InsecureSecretAccess.get());
    Arrays.fill(exact, (byte) 0);
    Arrays.fill(buffer, (byte) 0);
    return encoded;
  }

  private StepWriter raw(byte[] value) {
    number(value.length);
    System.arraycopy(value, 0, room(value.length), length, value.length);
    length += value.length;
    return this;
  }

  private byte[] room(int more) {
    if (length + more > buffer.length) {
      byte[] larger = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + more));
      Arrays.fill(buffer, (byte) 0);
      buffer = larger;
    }
    return buffer;
  }
}
