package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.VersionRange;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.function.Function;
import java.util.regex.Pattern;

/** What the coordinator says to a device that checked in: a round, or when to ask again. */
public sealed interface CheckInAnswer {

  /** The largest encoding. */
  int MAXIMUM_BYTES = 256;

  /** The longest duration in a message: 31 days. */
  long MAXIMUM_MILLIS = 31L * 24 * 3600 * 1000;

  /** Handles either case. */
  <T> T match(
      Function<? super Assigned, ? extends T> assigned,
      Function<? super ComeBack, ? extends T> comeBack);

  /** The encoding. */
  byte[] encode();

  /**
   * Decodes an answer.
   *
   * @throws RejectedException when {@code bytes} are not a valid one
   */
  static CheckInAnswer decode(byte[] bytes) throws RejectedException {
    return CheckInAnswerDecoder.decode(bytes);
  }

  /**
   * The device is in a round: it asks for its manifest.
   *
   * @param roundId the round
   * @param expiresInMillis until when the coordinator holds the place of a device that does not
   *     ask, 1..{@value #MAXIMUM_MILLIS}
   */
  record Assigned(RoundId roundId, long expiresInMillis) implements CheckInAnswer {

    /**
     * An assignment.
     *
     * @throws dev.tributary.aggregation.protocol.InvalidFieldException when the duration is out of
     *     range
     */
    public Assigned {
      FieldRules.inRange("expires_in_millis", expiresInMillis, 1, MAXIMUM_MILLIS);
    }

    @Override
    public <T> T match(
        Function<? super Assigned, ? extends T> assigned,
        Function<? super ComeBack, ? extends T> comeBack) {
      return assigned.apply(this);
    }

    @Override
    public byte[] encode() {
      return Wire.CheckInAnswer.newBuilder()
          .setVersion(VersionRange.CURRENT)
          .setAssigned(
              Wire.CheckInAnswer.Assigned.newBuilder()
                  .setRoundId(roundId.toString())
                  .setExpiresInMillis(expiresInMillis))
          .build()
          .toByteArray();
    }
  }

  /**
   * Not now: the device draws a moment uniformly from the window and checks in again then. The
   * spread keeps devices that were refused together from coming back together.
   *
   * @param minDelayMillis start of the window, from now, 0..{@value #MAXIMUM_MILLIS}
   * @param maxDelayMillis end of the window, {@code minDelayMillis..}{@value #MAXIMUM_MILLIS}
   * @param reasonCode why, in kebab case, such as {@code no-open-round}: for the listener and the
   *     log, 1 to 64 characters
   */
  record ComeBack(long minDelayMillis, long maxDelayMillis, String reasonCode)
      implements CheckInAnswer {

    private static final Pattern REASON_FORM = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    /**
     * A window.
     *
     * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
     */
    public ComeBack {
      FieldRules.inRange("min_delay_millis", minDelayMillis, 0, MAXIMUM_MILLIS);
      FieldRules.inRange("max_delay_millis", maxDelayMillis, minDelayMillis, MAXIMUM_MILLIS);
      FieldRules.form("reason_code", reasonCode, REASON_FORM);
    }

    @Override
    public <T> T match(
        Function<? super Assigned, ? extends T> assigned,
        Function<? super ComeBack, ? extends T> comeBack) {
      return comeBack.apply(this);
    }

    @Override
    public byte[] encode() {
      return Wire.CheckInAnswer.newBuilder()
          .setVersion(VersionRange.CURRENT)
          .setComeBack(
              Wire.CheckInAnswer.ComeBack.newBuilder()
                  .setMinDelayMillis(minDelayMillis)
                  .setMaxDelayMillis(maxDelayMillis)
                  .setReasonCode(reasonCode))
          .build()
          .toByteArray();
    }
  }
}
