package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * What devices ask of a round with secure aggregation, in the order of its steps. What a device
 * sends is counted when it is on disk, or was counted before; what it asks for is empty when it is
 * not there after {@code maxWait}.
 *
 * <p>Every question may be refused with UNKNOWN_ROUND, NOT_IN_ROUND, WRONG_STATE (too early, or the
 * round does without this step), ROUND_CLOSED (too late) or ROUND_ABANDONED. Any thread may call;
 * futures are heard on the caller's Vert.x context.
 */
public interface SessionDesk {
  /** R0. Refused with KEY_CONFLICT, BAD_SIGNATURE or FIELD_WRONG_FORM too. */
  Future<Taken> advertise(DeviceId device, RoundId round, KeyAdvertisement keys);

  /** R1, first half. Refused with NOT_ADVERTISED too. */
  Future<Optional<RosterAnswer>> roster(DeviceId device, RoundId round, Duration maxWait);

  /**
   * R1, second half. Refused with SHARE_CONFLICT, BAD_SHARES, BAD_SIGNATURE, NOT_ADVERTISED too.
   */
  Future<Taken> share(DeviceId device, RoundId round, SealedShares shares);

  /** R2: what the neighbours dealt. The masked update is an upload. */
  Future<Optional<ShareInbox>> inbox(DeviceId device, RoundId round, Duration maxWait);

  /** R3: who is in the sum. */
  Future<Optional<SurvivorsAnnounced>> survivors(DeviceId device, RoundId round, Duration maxWait);

  /** R3: that the device takes no others. Refused with BAD_SIGNATURE too. */
  Future<Taken> confirm(DeviceId device, RoundId round, SurvivorsConfirmed confirmed);

  /** R4: which shares are asked for. The survivors in it are frozen and on disk. */
  Future<Optional<UnmaskRequest>> unmasking(DeviceId device, RoundId round, Duration maxWait);

  /** R4: the shares. Refused with BAD_UNMASK too. */
  Future<Taken> reveal(DeviceId device, RoundId round, UnmaskAnswer answer);
}
