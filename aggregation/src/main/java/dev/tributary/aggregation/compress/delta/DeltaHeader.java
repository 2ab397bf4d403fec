package dev.tributary.aggregation.compress.delta;

import dev.tributary.aggregation.compress.delta.DeltaException.Reason;
import dev.tributary.aggregation.compress.delta.coding.DecisionDecoder;
import dev.tributary.aggregation.compress.delta.coding.DecisionEncoder;
import dev.tributary.aggregation.model.ModelDigest;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * What stands in front of a delta's payload. Byte layout: docs/model-files.md.
 *
 * @param kind of the numbers
 * @param values how many there are: the parameters of the model, or the numbers of a file; at least
 *     1
 * @param base the artifact that it leads from
 * @param result the artifact that it leads to
 * @param resultBytes the length of that artifact
 * @param decisionBytes the length of the coded decisions
 * @param rawBytes the length of the bits behind them
 */
public record DeltaHeader(
    DeltaKind kind,
    int values,
    ModelDigest base,
    ModelDigest result,
    long resultBytes,
    int decisionBytes,
    int rawBytes) {

  /** The length of the header. */
  public static final int BYTES = 100;

  private static final byte[] MAGIC = {'T', 'D', 'L', 'T'};
  private static final int FORMAT = 1;
  private static final int CHECK_AT = BYTES - Integer.BYTES;

  /**
   * Reads the header of a delta and compares the lengths in it with that of the file.
   *
   * @throws DeltaException when it is none, or of a format that is not known here
   */
  public static DeltaHeader read(byte[] delta) throws DeltaException {
    if (delta.length < BYTES) {
      throw malformed("expected at least " + BYTES + " bytes, got " + delta.length);
    }
    ByteBuffer in = ByteBuffer.wrap(delta).order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw malformed("expected the letters TDLT at its beginning");
    }
    int format = in.get();
    if (format != FORMAT) {
      throw malformed("expected format " + FORMAT + ", got " + format);
    }
    int code = in.get();
    DeltaKind kind =
        DeltaKind.ofCode(code).orElseThrow(() -> malformed("expected kind 1 to 4, got " + code));
    int reserved = in.getShort();
    long values = in.getLong();
    if (reserved != 0 || values < 1 || values > Integer.MAX_VALUE) {
      throw malformed("expected 1 to 2^31 - 1 values, got " + Long.toUnsignedString(values));
    }
    long resultBytes = in.getLong();
    ModelDigest base = digest(in);
    ModelDigest result = digest(in);
    int decisionBytes = in.getInt();
    int rawBytes = in.getInt();
    if (decisionBytes < 0
        || rawBytes < 0
        || (long) BYTES + decisionBytes + rawBytes != delta.length) {
      throw malformed(
          "expected %d bytes, for %s of decisions and %s of raw bits, got %d"
              .formatted(
                  BYTES + Integer.toUnsignedLong(decisionBytes) + Integer.toUnsignedLong(rawBytes),
                  Integer.toUnsignedString(decisionBytes),
                  Integer.toUnsignedString(rawBytes),
                  delta.length));
    }
    int check = in.getInt();
    if (check != check(delta)) {
      throw malformed("expected the CRC-32 %08x, got %08x".formatted(check, check(delta)));
    }
    return new DeltaHeader(kind, (int) values, base, result, resultBytes, decisionBytes, rawBytes);
  }

  private static ModelDigest digest(ByteBuffer in) {
    byte[] digest = new byte[ModelDigest.BYTES];
    in.get(digest);
    return ModelDigest.ofSha256(digest);
  }

  /** The file of a delta that has been coded. */
  static byte[] file(
      DeltaKind kind, int values, ModelDigest base, Fingerprint result, DecisionEncoder coded) {
    byte[] decisions = coded.decisions();
    byte[] raw = coded.rawBits();
    ByteBuffer file =
        ByteBuffer.allocate(Math.addExact(BYTES, Math.addExact(decisions.length, raw.length)))
            .order(ByteOrder.LITTLE_ENDIAN);
    file.put(MAGIC)
        .put((byte) FORMAT)
        .put((byte) kind.code())
        .putShort((short) 0)
        .putLong(values)
        .putLong(result.bytes())
        .put(base.bytes())
        .put(result.digest().bytes())
        .putInt(decisions.length)
        .putInt(raw.length)
        .putInt(0)
        .put(decisions)
        .put(raw);
    return file.putInt(CHECK_AT, check(file.array())).array();
  }

  /**
   * CRC-32 (RFC 1952, 8.1.1) of all but the place where it stands. Against damage that would go
   * unnoticed, such as of a forecast that is as good as before; not against people.
   */
  private static int check(byte[] delta) {
    var crc = new CRC32();
    crc.update(delta, 0, CHECK_AT);
    crc.update(delta, BYTES, delta.length - BYTES);
    return (int) crc.getValue();
  }

  /** The payload of this delta, to be decoded. */
  DecisionDecoder decoder(int slots, byte[] delta) {
    int middle = BYTES + decisionBytes;
    return new DecisionDecoder(slots, delta, BYTES, middle, middle + rawBytes);
  }

  /**
   * Refuses another number of values than the base has: nothing is allocated for them before.
   *
   * @throws DeltaException when it is another
   */
  void requireValues(long expected) throws DeltaException {
    if (values != expected) {
      throw malformed("expected " + expected + " values, as the base has, got " + values);
    }
  }

  /**
   * Refuses a payload that an encoder would not have written.
   *
   * @param decoded when everything has been read from it
   */
  static void requireExact(DecisionDecoder decoded) throws DeltaException {
    if (!decoded.isExact()) {
      throw malformed("its payload does not end where its values do");
    }
  }

  private static DeltaException malformed(String message) {
    return new DeltaException(Reason.MALFORMED, "delta: " + message);
  }
}
