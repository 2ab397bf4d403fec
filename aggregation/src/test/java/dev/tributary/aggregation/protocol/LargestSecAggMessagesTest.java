package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.ValidSecAggMessages.opaque;
import static dev.tributary.aggregation.protocol.ValidSecAggMessages.signature;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.Confirmation;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The limit of a kind never refuses what the limits of its fields allow, and is not far from it.
 */
class LargestSecAggMessagesTest {

  private static final int DEVICES = SecAggRules.MAXIMUM_DEVICES;
  private static final KeyAdvertisement KEYS =
      new KeyAdvertisement(certificate(), opaque(1216, 1), opaque(1216, 2), signature(3));
  private static final ShareEnvelope ENVELOPE =
      new ShareEnvelope(
          opaque(ShareEnvelope.BOX_BYTES, 1),
          opaque(1120, 2),
          opaque(1120, 3),
          opaque(32, 4),
          opaque(32, 5));
  private static final List<OpaqueBytes> PROOF =
      IntStream.range(0, SecAggRules.MAXIMUM_PROOF_NODES).mapToObj(i -> opaque(32, i)).toList();

  @Test
  void largestEnrolResponse_isDecoded() throws RejectedException {
    Credentials credentials =
        new Credentials(
            certificate(), opaque(32, 1), Optional.of(opaque(1952, 2)), Optional.of(certificate()));
    EnrolResponse largest =
        new EnrolResponse(1, new DeviceId("f".repeat(32)), Optional.of(credentials));
    assertThat(EnrolResponse.decode(largest.encode())).isEqualTo(largest);
  }

  @Test
  void largestAdvertisement_isDecoded() throws RejectedException {
    assertThat(KeyAdvertisement.decode(KEYS.encode())).isEqualTo(KEYS);
    assertFills(KEYS.encode(), KeyAdvertisement.MAXIMUM_BYTES);
  }

  @Test
  void largestRoster_isDecoded() throws RejectedException {
    RosterAnswer largest =
        new RosterAnswer(
            DEVICES,
            opaque(32, 1),
            signature(2),
            DEVICES - 1,
            last(SecAggRules.MAXIMUM_NEIGHBOURS, DEVICES - 1, i -> new RosterEntry(i, KEYS)),
            PROOF);
    assertThat(RosterAnswer.decode(largest.encode())).isEqualTo(largest);
    assertFills(largest.encode(), RosterAnswer.MAXIMUM_BYTES);
  }

  @Test
  void largestShares_areDecoded() throws RejectedException {
    int most = SecAggRules.MAXIMUM_NEIGHBOURS;
    SealedShares sealed =
        new SealedShares(
            opaque(32, 1), last(most, DEVICES, i -> new SealedShare(i, ENVELOPE)), signature(6));
    ShareInbox inbox =
        new ShareInbox(
            last(
                most,
                DEVICES,
                i ->
                    new ReceivedShare(
                        i,
                        ENVELOPE,
                        opaque(32, 1),
                        signature(6),
                        PROOF.subList(0, ReceivedShare.MAXIMUM_PROOF_NODES))));
    assertThat(SealedShares.decode(sealed.encode())).isEqualTo(sealed);
    assertThat(ShareInbox.decode(inbox.encode())).isEqualTo(inbox);
    assertFills(sealed.encode(), SealedShares.MAXIMUM_BYTES);
    assertFills(inbox.encode(), ShareInbox.MAXIMUM_BYTES);
  }

  @Test
  void largestSurvivorSet_isDecoded() throws RejectedException {
    SurvivorSet all = SurvivorSet.of(DEVICES, i -> true);
    SurvivorsAnnounced announced = SurvivorsAnnounced.of(all);
    assertThat(SurvivorsAnnounced.decode(announced.encode()).survivors(DEVICES)).isEqualTo(all);
    assertFills(announced.encode(), SurvivorsAnnounced.MAXIMUM_BYTES);
    SurvivorsConfirmed confirmed = new SurvivorsConfirmed(signature(1));
    assertThat(SurvivorsConfirmed.decode(confirmed.encode())).isEqualTo(confirmed);
  }

  @Test
  void largestRequest_isDecoded() throws RejectedException {
    UnmaskRequest largest =
        new UnmaskRequest(
            SurvivorSet.of(DEVICES, i -> true).bitmap(),
            last(
                UnmaskRequest.MAXIMUM_CONFIRMATIONS,
                DEVICES,
                i -> new Confirmation(i, certificate(), opaque(32, i), signature(i))),
            PROOF);
    assertThat(UnmaskRequest.decode(largest.encode())).isEqualTo(largest);
    assertFills(largest.encode(), UnmaskRequest.MAXIMUM_BYTES);
  }

  @Test
  void largestAnswer_isDecoded() throws RejectedException {
    UnmaskAnswer largest =
        new UnmaskAnswer(
            last(SecAggRules.MAXIMUM_NEIGHBOURS, DEVICES, i -> ValidSecAggMessages.revealed(i, i)));
    assertThat(UnmaskAnswer.decode(largest.encode())).isEqualTo(largest);
    assertFills(largest.encode(), UnmaskAnswer.MAXIMUM_BYTES);
  }

  private static void assertFills(byte[] largest, int limit) {
    assertThat(largest.length).isBetween(limit / 2, limit);
  }

  private static OpaqueBytes certificate() {
    return opaque(SecAggRules.MAXIMUM_CERTIFICATE_BYTES, 7);
  }

  /** Entries with the last {@code count} indices below {@code end}, which are the longest. */
  private static <T> List<T> last(int count, int end, IntFunction<T> entry) {
    return IntStream.range(end - count, end).mapToObj(entry).toList();
  }
}
