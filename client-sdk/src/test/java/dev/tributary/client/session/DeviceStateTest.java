package dev.tributary.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.client.session.Contributing.Unmasking;
import dev.tributary.client.session.Contributing.Uploaded;
import dev.tributary.client.session.Contributing.Uploading;
import dev.tributary.client.session.DeviceEffect.AwaitManifest;
import dev.tributary.client.session.DeviceEffect.AwaitPeers;
import dev.tributary.client.session.DeviceEffect.AwaitRelease;
import dev.tributary.client.session.DeviceEffect.BuildUpdate;
import dev.tributary.client.session.DeviceEffect.DiscardUpdates;
import dev.tributary.client.session.DeviceEffect.ExchangeKeys;
import dev.tributary.client.session.DeviceEffect.ForgetRound;
import dev.tributary.client.session.DeviceEffect.ReportFailure;
import dev.tributary.client.session.DeviceEffect.RevealShares;
import dev.tributary.client.session.DeviceEffect.SendUpload;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.client.session.DeviceEvent.HostClosed;
import dev.tributary.client.session.DeviceEvent.KeysExchanged;
import dev.tributary.client.session.DeviceEvent.ParticipationEnded;
import dev.tributary.client.session.DeviceEvent.PeersAnnounced;
import dev.tributary.client.session.DeviceEvent.RoundAssigned;
import dev.tributary.client.session.DeviceEvent.RoundRefused;
import dev.tributary.client.session.DeviceEvent.RoundReleased;
import dev.tributary.client.session.DeviceEvent.SharesRevealed;
import dev.tributary.client.session.DeviceEvent.TermsAccepted;
import dev.tributary.client.session.DeviceEvent.UnmaskRequested;
import dev.tributary.client.session.DeviceEvent.UpdateBuilt;
import dev.tributary.client.session.DeviceEvent.UploadAcknowledged;
import dev.tributary.client.session.DeviceState.Done;
import dev.tributary.client.session.DeviceState.Dropped;
import dev.tributary.client.session.DeviceState.Idle;
import dev.tributary.client.session.Preparing.Advertising;
import dev.tributary.client.session.Preparing.Enrolled;
import dev.tributary.client.session.Preparing.KeysShared;
import dev.tributary.client.session.Preparing.Training;
import dev.tributary.security.BugException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole table: every event in every state, each either the transition written here or a defect.
 */
class DeviceStateTest {

  private static final RoundId ROUND = RoundId.of("digits.7");
  private static final ContentDigest MANIFEST = ContentDigest.of(new byte[] {1});
  private static final ContentDigest UPDATE = ContentDigest.of(new byte[] {2});
  private static final UploadId UPLOAD = new UploadId("00112233445566778899aabbccddeeff");
  private static final Uploading UPLOADING = new Uploading(ROUND, MANIFEST, UPLOAD, UPDATE, 10);
  private static final SendUpload SEND = new SendUpload(ROUND, MANIFEST, UPLOAD, UPDATE, 10);
  private static final DeviceFailed FAILED =
      new DeviceFailed(DeviceFailure.TRAINING_FAILED, "diverged");
  private static final RoundRefused REFUSED = new RoundRefused("round-closed", "too late");
  private static final String CLOSING = "the device's application is shutting down";

  private static final List<DeviceState> STATES =
      List.of(
          new Idle(),
          new Enrolled(ROUND),
          new Advertising(ROUND, MANIFEST),
          new KeysShared(ROUND, MANIFEST),
          new Training(ROUND, MANIFEST),
          UPLOADING,
          new Uploaded(ROUND),
          new Unmasking(ROUND),
          new Done(ROUND),
          new Dropped(ROUND, "round-closed", "too late"));

  private static final List<DeviceEvent> EVENTS =
      List.of(
          new RoundAssigned(ROUND),
          new TermsAccepted(MANIFEST, false),
          new TermsAccepted(MANIFEST, true),
          new KeysExchanged(),
          new PeersAnnounced(),
          new UpdateBuilt(UPLOAD, UPDATE, 10),
          new UploadAcknowledged(),
          new UnmaskRequested(),
          new SharesRevealed(),
          new RoundReleased(),
          REFUSED,
          FAILED,
          new HostClosed(),
          new ParticipationEnded());

  private record Expected(DeviceState next, List<DeviceEffect> effects) {
    static Expected of(DeviceState next, DeviceEffect... effects) {
      return new Expected(next, List.of(effects));
    }
  }

  private record Pair(DeviceState state, DeviceEvent event) {}

  private static final Map<Pair, Expected> TABLE = table();

  private static Map<Pair, Expected> table() {
    Map<Pair, Expected> table = new LinkedHashMap<>();
    Dropped refused = new Dropped(ROUND, "round-closed", "too late");
    Dropped failed = new Dropped(ROUND, "training-failed", "diverged");
    Dropped closed = new Dropped(ROUND, "shutting-down", CLOSING);
    ReportFailure report = new ReportFailure(ROUND, DeviceFailure.TRAINING_FAILED, "diverged");
    ReportFailure reportClosing = new ReportFailure(ROUND, DeviceFailure.SHUTTING_DOWN, CLOSING);

    table.put(
        new Pair(new Idle(), new RoundAssigned(ROUND)),
        Expected.of(new Enrolled(ROUND), new AwaitManifest(ROUND)));
    table.put(
        new Pair(new Enrolled(ROUND), new TermsAccepted(MANIFEST, false)),
        Expected.of(new Training(ROUND, MANIFEST), new BuildUpdate(ROUND, MANIFEST)));
    table.put(
        new Pair(new Enrolled(ROUND), new TermsAccepted(MANIFEST, true)),
        Expected.of(new Advertising(ROUND, MANIFEST), new ExchangeKeys(ROUND, MANIFEST)));
    table.put(
        new Pair(new Advertising(ROUND, MANIFEST), new KeysExchanged()),
        Expected.of(new KeysShared(ROUND, MANIFEST), new AwaitPeers(ROUND, MANIFEST)));
    table.put(
        new Pair(new KeysShared(ROUND, MANIFEST), new PeersAnnounced()),
        Expected.of(new Training(ROUND, MANIFEST), new BuildUpdate(ROUND, MANIFEST)));
    table.put(
        new Pair(new Training(ROUND, MANIFEST), new UpdateBuilt(UPLOAD, UPDATE, 10)),
        Expected.of(UPLOADING, SEND));
    table.put(
        new Pair(UPLOADING, new UploadAcknowledged()),
        Expected.of(new Uploaded(ROUND), new DiscardUpdates(), new AwaitRelease(ROUND)));
    table.put(
        new Pair(new Uploaded(ROUND), new RoundReleased()),
        Expected.of(new Done(ROUND), new ForgetRound()));
    table.put(
        new Pair(new Uploaded(ROUND), new UnmaskRequested()),
        Expected.of(new Unmasking(ROUND), new RevealShares(ROUND)));
    table.put(
        new Pair(new Unmasking(ROUND), new SharesRevealed()),
        Expected.of(new Done(ROUND), new ForgetRound()));
    table.put(new Pair(new Done(ROUND), new ParticipationEnded()), Expected.of(new Idle()));
    table.put(new Pair(refused, new ParticipationEnded()), Expected.of(new Idle()));

    for (DeviceState preparing :
        List.of(
            new Enrolled(ROUND),
            new Advertising(ROUND, MANIFEST),
            new KeysShared(ROUND, MANIFEST),
            new Training(ROUND, MANIFEST))) {
      table.put(new Pair(preparing, REFUSED), Expected.of(refused, new ForgetRound()));
      table.put(new Pair(preparing, FAILED), Expected.of(failed, new ForgetRound(), report));
      table.put(
          new Pair(preparing, new HostClosed()),
          Expected.of(closed, new ForgetRound(), reportClosing));
    }
    for (DeviceState contributing : List.of(UPLOADING, new Uploaded(ROUND), new Unmasking(ROUND))) {
      table.put(new Pair(contributing, REFUSED), Expected.of(refused, new ForgetRound()));
      table.put(new Pair(contributing, FAILED), Expected.of(failed, new ForgetRound(), report));
    }
    for (DeviceState kept :
        List.of(
            new Idle(),
            UPLOADING,
            new Uploaded(ROUND),
            new Unmasking(ROUND),
            new Done(ROUND),
            refused)) {
      table.put(new Pair(kept, new HostClosed()), Expected.of(kept));
    }
    return table;
  }

  static Stream<Pair> everyPair() {
    List<Pair> pairs = new ArrayList<>();
    STATES.forEach(state -> EVENTS.forEach(event -> pairs.add(new Pair(state, event))));
    return pairs.stream();
  }

  @ParameterizedTest
  @MethodSource("everyPair")
  void everyEventInEveryState_isATransitionOfTheTableOrADefect(Pair pair) {
    Expected expected = TABLE.get(pair);

    if (expected == null) {
      assertThatThrownBy(() -> pair.event().in(pair.state()))
          .isInstanceOf(BugException.class)
          .hasMessageContaining("cannot happen in");
    } else {
      DeviceTransition transition = pair.event().in(pair.state());
      assertThat(transition.next()).isEqualTo(expected.next());
      assertThat(transition.effects()).isEqualTo(expected.effects());
      assertThat(transition.reason()).isNotBlank();
    }
  }

  @Test
  void table_hasNoRowThatIsNotTried() {
    assertThat(everyPair()).containsAll(TABLE.keySet());
  }

  @Test
  void restart_inEveryState_repeatsTheEffectOfHavingEnteredIt() {
    for (Expected entered : TABLE.values()) {
      List<DeviceEffect> withResult =
          entered.effects().stream().filter(effect -> !(effect instanceof ReportFailure)).toList();
      if (!withResult.isEmpty()) {
        assertThat(entered.next().resume()).isEqualTo(withResult);
      }
    }
    assertThat(new Idle().resume()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("everyState")
  void everyState_readsBackFromItsText(DeviceState state) {
    assertThat(DeviceStateText.parse(DeviceStateText.format(state))).isEqualTo(state);
  }

  static Stream<DeviceState> everyState() {
    return Stream.concat(
        STATES.stream(),
        Stream.of(
            new Dropped(ROUND, "", ""),
            new Dropped(ROUND, "a b", "über\nzwei Zeilen % + \u0000 \uD83D\uDE00")));
  }

  @ParameterizedTest
  @MethodSource("malformedLines")
  void malformedText_isRefusedWithItsFault(String line) {
    assertThatThrownBy(() -> DeviceStateText.parse(line))
        .isInstanceOf(IllegalArgumentException.class);
  }

  static Stream<String> malformedLines() {
    return Stream.of(
        "",
        "running",
        "idle digits.1",
        "enrolled",
        "enrolled digits",
        "enrolled digits.1 extra",
        "training digits.1 abc",
        "advertising digits.1",
        "uploading digits.1 " + MANIFEST.hex(),
        "uploading digits.1 " + MANIFEST.hex() + " " + UPLOAD + " " + UPDATE.hex() + " -1",
        "uploading digits.1 " + MANIFEST.hex() + " " + UPLOAD + " " + UPDATE.hex() + " many",
        "done %zz");
  }
}
