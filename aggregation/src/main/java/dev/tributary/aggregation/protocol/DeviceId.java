package dev.tributary.aggregation.protocol;

import dev.tributary.security.Sha256;
import dev.tributary.security.identity.DevicePublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The name of a device: the first 16 bytes of the SHA-256 of its public key, as 32 lower-case
 * hexadecimal digits. It follows from the key, so that a device keeps its id when it enrols again
 * and nobody can choose another's.
 *
 * @param text the digits
 */
public record DeviceId(String text) implements Comparable<DeviceId> {

  /** Length of the id as bytes. */
  public static final int LENGTH_BYTES = 16;

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{32}");

  /**
   * An id that this program computed or stored.
   *
   * @throws InvalidFieldException when the text is not an id
   */
  public DeviceId {
    FieldRules.form("device id", text, FORM);
  }

  /** The id that belongs to a key. */
  public static DeviceId of(DevicePublicKey key) {
    byte[] digest = Sha256.of(key.toByteArray());
    return new DeviceId(HexFormat.of().formatHex(Arrays.copyOf(digest, LENGTH_BYTES)));
  }

  /**
   * An id that came from outside.
   *
   * @throws RejectedException when the text is not an id
   */
  public static DeviceId parse(String text) throws RejectedException {
    return FieldRules.parse(() -> new DeviceId(text));
  }

  /** The id as bytes: byte[16], a copy. */
  public byte[] toByteArray() {
    return HexFormat.of().parseHex(text);
  }

  @Override
  public int compareTo(DeviceId other) {
    return text.compareTo(other.text);
  }

  /** The digits. */
  @Override
  public String toString() {
    return text;
  }
}
