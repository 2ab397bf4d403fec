package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.RoundFixtures.AT;
import static dev.tributary.coordinator.round.RoundFixtures.BASE;
import static dev.tributary.coordinator.round.RoundFixtures.CONFIRMED;
import static dev.tributary.coordinator.round.RoundFixtures.KEYED;
import static dev.tributary.coordinator.round.RoundFixtures.PLAIN;
import static dev.tributary.coordinator.round.RoundFixtures.RESULT;
import static dev.tributary.coordinator.round.RoundFixtures.SECURE;
import static dev.tributary.coordinator.round.RoundFixtures.SHARDED;
import static dev.tributary.coordinator.round.RoundFixtures.advertising;
import static dev.tributary.coordinator.round.RoundFixtures.collecting;
import static dev.tributary.coordinator.round.RoundFixtures.device;
import static dev.tributary.coordinator.round.RoundFixtures.devices;
import static dev.tributary.coordinator.round.RoundFixtures.enrolling;
import static dev.tributary.coordinator.round.RoundFixtures.everyEvent;
import static dev.tributary.coordinator.round.RoundFixtures.everyState;
import static dev.tributary.coordinator.round.RoundFixtures.planned;
import static dev.tributary.coordinator.round.RoundFixtures.publishing;
import static dev.tributary.coordinator.round.RoundFixtures.sharing;
import static dev.tributary.coordinator.round.RoundFixtures.unmasking;
import static dev.tributary.coordinator.round.RoundFixtures.upload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.plan.Shards;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoundMachineTest {
  /**
   * Every state with every event, in the order of the fixtures. A cell is the state that follows
   * when the event is accepted, {@code r} when it is rejected, {@code d} when it is discarded.
   * Columns: RoundPlanned, RoundOpened, BaseFixed, DeviceEnrolled 4, KeysAdvertised 2, KeysShared
   * 2, UploadsCounted 2, DeviceDropped 2, deadlines of selection, advertising, sharing, reporting,
   * confirming and unmasking, SurvivorsConfirmed, SumUnmasked, ModelOptimized, VersionPublished,
   * RoundCancelled, DefectFound.
   */
  private static final String TABLE =
      """
      Planned         r Enrolling r r r r r r r r r r r r r r r r Abandoned Failed
      Enrolling       r r d Collecting r r r Enrolling Collecting d d d d d r r r r Abandoned Failed
      AdvertisingKeys r r r r AdvertisingKeys r r AdvertisingKeys d Abandoned d d d d r r r r Abandoned Failed
      SharingKeys     r r r r r SharingKeys r SharingKeys d d Abandoned d d d r r r r Abandoned Failed
      Collecting      r r r r r r Collecting Collecting d d d Abandoned d d r r r r Abandoned Failed
      Collecting      r r r r r r Collecting Collecting d d d Abandoned d d r r r r Abandoned Failed
      Confirming      r r r r r r r d d d d d Abandoned d Unmasking r r r Abandoned Failed
      Unmasking       r r r r r r r d d d d d d Abandoned d Optimizing r r Abandoned Failed
      Unmasking       r r r r r r r d d d d d d Abandoned d Optimizing r r Abandoned Failed
      Optimizing      r r r r r r r d d d d d d d r r Publishing r d Failed
      Publishing      r r r r r r r d d d d d d d r r r Published d Failed
      Published       d d d d d d d d d d d d d d d d d d d d
      Abandoned       d d d d d d d d d d d d d d d d d d d d
      Failed          d d d d d d d d d d d d d d d d d d d d
      """;

  @Test
  void everyStateWithEveryEvent_goesWhereTheTableSays() {
    var rows = TABLE.lines().map(line -> List.of(line.trim().split("\\s+"))).toList();
    var states = everyState();
    var events = everyEvent();
    assertThat(rows).hasSize(states.size());
    var wrong = new TreeMap<String, String>();
    for (int s = 0; s < states.size(); s++) {
      assertThat(rows.get(s)).hasSize(events.size() + 1).startsWith(name(states.get(s)));
      for (int e = 0; e < events.size(); e++) {
        var step = RoundMachine.on(states.get(s), events.get(e));
        String found = cell(step);
        if (!found.equals(rows.get(s).get(e + 1))) {
          wrong.put(
              name(states.get(s)) + " on " + events.get(e),
              found + ", not " + rows.get(s).get(e + 1));
        }
        if (!(step.verdict() instanceof Transition.Verdict.Accepted)) {
          assertThat(step.next()).isSameAs(states.get(s));
        }
        assertThat(step.reason()).isNotBlank();
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void planned_opened_setsTheSelectionDeadline() {
    var step = RoundMachine.on(planned(PLAIN), new RoundEvent.RoundOpened(AT));

    assertThat(step.effects())
        .containsExactly(new RoundEffect.SetDeadline(Phase.SELECTION, AT.plusSeconds(10)));
    assertThat(step.next())
        .isEqualTo(new Enrolling(PLAIN, AT.plusSeconds(10), false, Optional.empty(), Set.of()));
  }

  @Test
  void enrolling_fullBeforeTheBaseIsKnown_waitsForIt() {
    var full = new Enrolling(PLAIN, AT.plusSeconds(10), false, Optional.empty(), devices(3));

    var step = RoundMachine.on(full, new RoundEvent.DeviceEnrolled(AT, device(4)));
    assertThat(step.next()).isInstanceOf(Enrolling.class);
    assertThat(
            rejection(RoundMachine.on(step.next(), new RoundEvent.DeviceEnrolled(AT, device(5)))))
        .contains(RejectReason.ROUND_CLOSED);

    var started = RoundMachine.on(step.next(), new RoundEvent.BaseFixed(AT.plusSeconds(99), BASE));
    assertThat(started.next()).isInstanceOf(Collecting.class);
    assertThat(started.effects())
        .containsExactly(
            new RoundEffect.SetDeadline(Phase.REPORTING, AT.plusSeconds(99 + 60)),
            new RoundEffect.NotifyDevices());
  }

  @Test
  void enrolling_deadlineBeforeTheBase_isRememberedUntilTheBaseComes() {
    var few = new Enrolling(PLAIN, AT.plusSeconds(10), false, Optional.empty(), devices(2));
    var overdue = RoundMachine.on(few, new RoundEvent.DeadlinePassed(AT, Phase.SELECTION)).next();

    assertThat(overdue).isInstanceOf(Enrolling.class);
    assertThat(RoundMachine.on(overdue, new RoundEvent.BaseFixed(AT, BASE)).next())
        .isInstanceOf(Collecting.class);
  }

  @Test
  void enrolling_deadlineWithTooFew_abandonsAndFreesThem() {
    var step =
        RoundMachine.on(enrolling(PLAIN, 1), new RoundEvent.DeadlinePassed(AT, Phase.SELECTION));

    assertThat(((Abandoned) step.next()).because()).isEqualTo(AbandonReason.TOO_FEW_DEVICES);
    assertThat(step.effects()).contains(new RoundEffect.ReleaseDevices(Set.of(device(1))));
  }

  @Test
  void enrolling_protocolWithKeys_advertisesThemFirst() {
    var step = RoundMachine.on(enrolling(KEYED, 3), new RoundEvent.DeviceEnrolled(AT, device(4)));

    assertThat(step.next()).isEqualTo(advertising(4, 0));
    assertThat(step.effects())
        .containsExactly(
            new RoundEffect.SetDeadline(Phase.ADVERTISING, AT.plusSeconds(30)),
            new RoundEffect.BeginSessions(Shards.deal(devices(4), 1, 3)),
            new RoundEffect.NotifyDevices());
  }

  @Test
  void advertisingKeys_lastOne_closesTheRosterOverAll() {
    var step = RoundMachine.on(advertising(4, 3), new RoundEvent.KeysAdvertised(AT, device(4)));

    assertThat(step.next()).isEqualTo(sharing(4, 0));
    assertThat(step.effects()).contains(new RoundEffect.CloseRosters(devices(4)));
  }

  @Test
  void advertisingKeys_deadline_leavesTheSilentOnesOut_andWithTooFewAbandons() {
    var deadline = new RoundEvent.DeadlinePassed(AT, Phase.ADVERTISING);
    var step = RoundMachine.on(advertising(4, 3), deadline);

    assertThat(((SharingKeys) step.next()).cohort()).isEqualTo(devices(3));
    assertThat(step.effects())
        .contains(
            new RoundEffect.CloseRosters(devices(3)),
            new RoundEffect.ReleaseDevices(Set.of(device(4))));
    var abandoned = (Abandoned) RoundMachine.on(advertising(4, 2), deadline).next();
    assertThat(abandoned.because()).isEqualTo(AbandonReason.TOO_FEW_KEYS);
    assertThat(abandoned.detail()).contains("rosters large enough");
  }

  @Test
  void advertisingKeys_deviceThatLeaves_isInNoRoster() {
    var left =
        RoundMachine.on(
            advertising(4, 3), new RoundEvent.DeviceDropped(AT, device(1), "shutting-down"));
    var step = RoundMachine.on(left.next(), new RoundEvent.KeysAdvertised(AT, device(4)));

    assertThat(step.effects())
        .contains(new RoundEffect.CloseRosters(Set.of(device(2), device(3), device(4))));
  }

  @Test
  void sharingKeys_lastShare_collectsFromWhoShared() {
    var step = RoundMachine.on(sharing(4, 3), new RoundEvent.KeysShared(AT, device(4)));

    assertThat(((Collecting) step.next()).cohort()).isEqualTo(devices(4));
    assertThat(step.effects()).contains(new RoundEffect.CloseShares(devices(4)));
  }

  @Test
  void sharingKeys_deadline_leavesTheSilentOnesOut() {
    var step = RoundMachine.on(sharing(4, 3), new RoundEvent.DeadlinePassed(AT, Phase.SHARING));

    assertThat(((Collecting) step.next()).cohort()).isEqualTo(devices(3));
    assertThat(step.effects())
        .contains(
            new RoundEffect.CloseShares(devices(3)),
            new RoundEffect.ReleaseDevices(Set.of(device(4))));
  }

  @Test
  void belowTheFloorOfTheRoster_theRoundIsAbandoned_evenWithTheMinimumOfTheTask() {
    var shared = RoundMachine.on(sharing(4, 2), new RoundEvent.DeadlinePassed(AT, Phase.SHARING));
    var counted =
        RoundMachine.on(collecting(KEYED, 2), new RoundEvent.DeadlinePassed(AT, Phase.REPORTING));

    assertThat(KEYED.minimumCount()).isEqualTo(2);
    assertThat(((Abandoned) shared.next()).because()).isEqualTo(AbandonReason.TOO_FEW_KEYS);
    assertThat(((Abandoned) counted.next()).because()).isEqualTo(AbandonReason.TOO_FEW_UPLOADS);
    assertThat(counted.effects()).noneMatch(RoundEffect.UnmaskSum.class::isInstance);
  }

  @Test
  void confirming_frozenSurvivors_areUnmaskedOnlyWhenConfirmed() {
    var frozen =
        RoundMachine.on(
            collecting(CONFIRMED, 2), new RoundEvent.UploadsCounted(AT, List.of(upload(4))));
    var survivors = Set.of(device(1), device(2), device(4));

    assertThat(((Confirming) frozen.next()).survivors().keySet()).isEqualTo(survivors);
    assertThat(frozen.effects())
        .contains(new RoundEffect.ConfirmSurvivors(survivors))
        .noneMatch(RoundEffect.UnmaskSum.class::isInstance);
    var confirmed = RoundMachine.on(frozen.next(), new RoundEvent.SurvivorsConfirmed(AT, 0));
    assertThat(((Unmasking) confirmed.next()).survivors().keySet()).isEqualTo(survivors);
    assertThat(confirmed.effects()).contains(new RoundEffect.UnmaskSum(survivors));
    var late = RoundMachine.on(frozen.next(), new RoundEvent.DeadlinePassed(AT, Phase.CONFIRMING));
    assertThat(((Abandoned) late.next()).because()).isEqualTo(AbandonReason.TOO_FEW_CONFIRMATIONS);
  }

  @Test
  void shards_goOnWithoutThoseThatAreTooSmall() {
    var shards = Shards.deal(devices(4), 2, 2); // 1 and 3, 2 and 4
    var state =
        new Collecting(SHARDED, BASE, AT, shards, devices(4), Map.of(), Set.of())
            .with(List.of(upload(1), upload(2), upload(3)))
            .without(device(4));

    assertThat(state.survivors().keySet()).containsExactly(device(1), device(3));
    var frozen = state.toConfirming(AT, SECURE);
    var unmasking =
        (Unmasking) RoundMachine.on(frozen, new RoundEvent.SurvivorsConfirmed(AT, 0)).next();
    assertThat(unmasking.survivors().keySet()).containsExactly(device(1), device(3));
    assertThat(RoundMachine.on(frozen, new RoundEvent.SurvivorsConfirmed(AT, 1)).verdict())
        .isEqualTo(new Transition.Verdict.Discarded());
  }

  @Test
  void unmasking_shardThatCannotBeOpened_doesNotCount() {
    var shards = Shards.deal(devices(4), 2, 2);
    var uploads = new LinkedHashMap<DeviceId, CountedUpload>();
    for (int i = 1; i <= 4; i++) {
      uploads.put(device(i), upload(i));
    }
    var state = new Unmasking(SHARDED, BASE, Optional.of(AT), shards, uploads);

    var step = RoundMachine.on(state, new RoundEvent.SumUnmasked(AT, Set.of(1)));
    assertThat(((RoundState.Optimizing) step.next()).survivors().keySet())
        .containsExactly(device(1), device(3));
    assertThat(step.effects())
        .contains(new RoundEffect.ReleaseDevices(Set.of(device(2), device(4))));
    assertThat(RoundMachine.on(state, new RoundEvent.SumUnmasked(AT, Set.of(0, 1))).next())
        .isInstanceOf(Abandoned.class);
  }

  @Test
  void collecting_target_freezesTheSurvivorsAndFreesTheStragglers() {
    var step =
        RoundMachine.on(
            collecting(PLAIN, 2), new RoundEvent.UploadsCounted(AT, List.of(upload(4))));

    assertThat(((Unmasking) step.next()).survivors().keySet())
        .containsExactly(device(1), device(2), device(4));
    assertThat(step.effects())
        .contains(
            new RoundEffect.UnmaskSum(Set.of(device(1), device(2), device(4))),
            new RoundEffect.ReleaseDevices(Set.of(device(3))));
  }

  @Test
  void collecting_lateUpload_isRejectedOnceTheSurvivorsAreFrozen() {
    var late =
        RoundMachine.on(unmasking(PLAIN), new RoundEvent.UploadsCounted(AT, List.of(upload(4))));

    assertThat(rejection(late)).contains(RejectReason.ROUND_CLOSED);
  }

  @Test
  void collecting_batch_isAllOrNothing() {
    var withStranger = new RoundEvent.UploadsCounted(AT, List.of(upload(2), upload(9)));
    var withCounted = new RoundEvent.UploadsCounted(AT, List.of(upload(2), upload(1)));
    var twice = new RoundEvent.UploadsCounted(AT, List.of(upload(2), upload(2)));
    var tooMany = new RoundEvent.UploadsCounted(AT, List.of(upload(2), upload(3), upload(4)));

    assertThat(rejection(RoundMachine.on(collecting(PLAIN, 1), withStranger)))
        .contains(RejectReason.NOT_IN_ROUND);
    assertThat(rejection(RoundMachine.on(collecting(PLAIN, 1), withCounted)))
        .contains(RejectReason.UPLOAD_CONFLICT);
    assertThat(rejection(RoundMachine.on(collecting(PLAIN, 1), twice)))
        .contains(RejectReason.UPLOAD_CONFLICT);
    assertThat(rejection(RoundMachine.on(collecting(PLAIN, 1), tooMany)))
        .contains(RejectReason.ROUND_CLOSED);
  }

  @Test
  void collecting_deadlineWithTheMinimum_unmasks_andBelowIt_abandons() {
    var deadline = new RoundEvent.DeadlinePassed(AT, Phase.REPORTING);

    assertThat(RoundMachine.on(collecting(PLAIN, 2), deadline).next())
        .isInstanceOf(Unmasking.class);
    assertThat(((Abandoned) RoundMachine.on(collecting(PLAIN, 1), deadline).next()).because())
        .isEqualTo(AbandonReason.TOO_FEW_UPLOADS);
  }

  @Test
  void collecting_plainFreesACountedDevice_keysKeepItForUnmasking() {
    var counted = new RoundEvent.UploadsCounted(AT, List.of(upload(1)));

    assertThat(RoundMachine.on(collecting(PLAIN, 0), counted).effects())
        .containsExactly(new RoundEffect.ReleaseDevices(Set.of(device(1))));
    assertThat(RoundMachine.on(collecting(KEYED, 0), counted).effects()).isEmpty();
  }

  @Test
  void unmasking_onlyWithKeys_hasADeadline() {
    assertThat(unmasking(PLAIN).deadline()).isEmpty();
    assertThat(unmasking(KEYED).deadline()).contains(AT.plusSeconds(30));
  }

  @Test
  void publishing_published_forgetsTheSumAndTellsEverybody() {
    var step = RoundMachine.on(publishing(), new RoundEvent.VersionPublished(AT));

    assertThat(step.next())
        .isInstanceOfSatisfying(
            RoundState.Published.class, s -> assertThat(s.result()).isEqualTo(RESULT));
    assertThat(step.effects())
        .containsExactly(
            new RoundEffect.DiscardSum(),
            new RoundEffect.NotifyDevices(),
            new RoundEffect.ReleaseDevices(devices(3)));
  }

  private static Optional<RejectReason> rejection(Transition step) {
    return step.verdict() instanceof Transition.Verdict.Rejected r
        ? Optional.of(r.reason())
        : Optional.empty();
  }

  private static String cell(Transition step) {
    return switch (step.verdict()) {
      case Transition.Verdict.Accepted a -> name(step.next());
      case Transition.Verdict.Rejected r -> "r";
      case Transition.Verdict.Discarded d -> "d";
    };
  }

  private static String name(RoundState state) {
    return state.getClass().getSimpleName();
  }
}
