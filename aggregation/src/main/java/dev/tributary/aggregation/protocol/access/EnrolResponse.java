package dev.tributary.aggregation.protocol.access;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.codec.StrictDecoder;
import dev.tributary.aggregation.protocol.codec.WireBytes;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.Optional;

/**
 * The device is enrolled. Enrolling the same key again gives the same answer.
 *
 * @param version the version of the protocol that the coordinator chose, one that this program
 *     speaks
 * @param deviceId the name of the device, which follows from its key
 * @param credentials what the device needs for secure aggregation, from a coordinator that has an
 *     authority
 */
public record EnrolResponse(int version, DeviceId deviceId, Optional<Credentials> credentials) {

  /** The largest encoding. */
  public static final int MAXIMUM_BYTES = 20 * 1024;

  private static final StrictDecoder<Wire.EnrolResponse> DECODER =
      new StrictDecoder<>(
          "enrol response",
          Wire.EnrolResponse.getDefaultInstance(),
          MAXIMUM_BYTES,
          "certificate",
          "authority_key",
          "authority_pq_key",
          "classic_certificate");

  /**
   * An answer.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when this program does not
   *     speak the version
   */
  public EnrolResponse {
    VersionRange.SUPPORTED.check(version);
  }

  /** The answer of a coordinator without an authority. */
  public EnrolResponse(int version, DeviceId deviceId) {
    this(version, deviceId, Optional.empty());
  }

  /**
   * Decodes an answer.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  public static EnrolResponse decode(byte[] bytes) throws RejectedException {
    return DECODER.decode(
        bytes,
        wire ->
            new EnrolResponse(
                wire.getVersion(), new DeviceId(wire.getDeviceId()), credentials(wire)));
  }

  /** The encoding. */
  public byte[] encode() {
    Wire.EnrolResponse.Builder wire =
        Wire.EnrolResponse.newBuilder().setVersion(version).setDeviceId(deviceId.text());
    credentials.ifPresent(
        present -> {
          wire.setCertificate(WireBytes.toWire(present.certificate()))
              .setAuthorityKey(WireBytes.toWire(present.authorityKey()));
          present.authorityPqKey().ifPresent(key -> wire.setAuthorityPqKey(WireBytes.toWire(key)));
          present
              .classicCertificate()
              .ifPresent(classic -> wire.setClassicCertificate(WireBytes.toWire(classic)));
        });
    return wire.build().toByteArray();
  }

  /** All of them or none: half of an identity would be taken for a whole one. */
  private static Optional<Credentials> credentials(Wire.EnrolResponse wire) {
    if (!wire.hasCertificate()
        && !wire.hasAuthorityKey()
        && !wire.hasAuthorityPqKey()
        && !wire.hasClassicCertificate()) {
      return Optional.empty();
    }
    FieldRules.present("certificate", wire.hasCertificate());
    FieldRules.present("authority_key", wire.hasAuthorityKey());
    return Optional.of(
        new Credentials(
            WireBytes.of(wire.getCertificate()),
            WireBytes.of(wire.getAuthorityKey()),
            optional(wire.hasAuthorityPqKey(), wire.getAuthorityPqKey()),
            optional(wire.hasClassicCertificate(), wire.getClassicCertificate())));
  }

  private static Optional<OpaqueBytes> optional(boolean present, ByteString field) {
    return present ? Optional.of(WireBytes.of(field)) : Optional.empty();
  }
}
