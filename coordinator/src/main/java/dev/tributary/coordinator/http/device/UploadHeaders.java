package dev.tributary.coordinator.http.device;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.security.identity.DeviceSignature;
import io.vertx.core.http.HttpServerRequest;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an upload says of itself before its bytes.
 *
 * @param offsetBytes where the body continues, 0 at first
 * @param lengthBytes of the whole vector, at least 1
 * @param sha256 of the whole vector, 32 bytes (RFC 9530: {@code Repr-Digest: sha-256=:BASE64:})
 * @param signature by the device, over that digest, where the round asks for one ({@code
 *     Update-Signature: :BASE64:} of 64 bytes)
 */
record UploadHeaders(
    long offsetBytes, long lengthBytes, byte[] sha256, Optional<DeviceSignature> signature) {

  static final String OFFSET = "Upload-Offset";
  static final String COMPLETE = "Upload-Complete";

  private static final String LENGTH = "Upload-Length";
  private static final String DIGEST = "Repr-Digest";
  private static final String SIGNATURE = "Update-Signature";
  private static final Pattern ED25519 = Pattern.compile(":([A-Za-z0-9+/]{86}==):");
  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,15}");
  private static final Pattern SHA_256 =
      Pattern.compile("(?:^|,)\\s*sha-256=:([A-Za-z0-9+/]{43}=):\\s*(?:,|$)");

  static UploadHeaders of(HttpServerRequest request) throws RejectedException {
    String offset = request.getHeader(OFFSET);
    long offsetBytes = offset == null ? 0 : whole(OFFSET, offset);
    long lengthBytes = whole(LENGTH, request.getHeader(LENGTH));
    if (lengthBytes < 1 || offsetBytes > lengthBytes) {
      throw new RejectedException(
          RejectReason.WRONG_LENGTH,
          "the upload has " + lengthBytes + " bytes and continues at " + offsetBytes);
    }
    return new UploadHeaders(
        offsetBytes,
        lengthBytes,
        sha256(request.getHeader(DIGEST)),
        signature(request.getHeader(SIGNATURE)));
  }

  long remainingBytes() {
    return lengthBytes - offsetBytes;
  }

  private static long whole(String name, @Nullable String value) throws RejectedException {
    if (value == null || !WHOLE.matcher(value).matches()) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          name + (value == null ? " is missing" : " is not a whole number of bytes"));
    }
    return Long.parseLong(value);
  }

  private static Optional<DeviceSignature> signature(@Nullable String value)
      throws RejectedException {
    if (value == null) {
      return Optional.empty();
    }
    Matcher matcher = ED25519.matcher(value.strip());
    if (!matcher.matches()) {
      throw new RejectedException(
          RejectReason.BAD_HEADER, SIGNATURE + " is not :BASE64: of 64 bytes");
    }
    return Optional.of(DeviceSignature.of(Base64.getDecoder().decode(matcher.group(1))));
  }

  private static byte[] sha256(@Nullable String value) throws RejectedException {
    Matcher matcher = SHA_256.matcher(value == null ? "" : value);
    if (!matcher.find()) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          DIGEST + (value == null ? " is missing" : " has no sha-256=:BASE64: of 32 bytes"));
    }
    return Base64.getDecoder().decode(matcher.group(1));
  }
}
