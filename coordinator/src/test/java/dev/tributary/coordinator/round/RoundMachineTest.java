package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.RoundFixtures.AT;
import static dev.tributary.coordinator.round.RoundFixtures.BASE;
import static dev.tributary.coordinator.round.RoundFixtures.KEYED;
import static dev.tributary.coordinator.round.RoundFixtures.PLAIN;
import static dev.tributary.coordinator.round.RoundFixtures.RESULT;
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

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RoundMachineTest {
  /**
   * Every state with every event, in the order of the fixtures. A cell is the state that follows
   * when the event is accepted, {@code r} when it is rejected, {@code d} when it is discarded.
   * Columns: RoundPlanned, RoundOpened, BaseFixed, DeviceEnrolled 4, KeysShared 2, UploadsCounted
   * 2, DeviceDropped 2, deadlines of selection, sharing, reporting and unmasking, SumUnmasked,
   * ModelOptimized, VersionPublished, RoundCancelled, DefectFound.
   */
  private static final String TABLE =
      """
      Planned     r Enrolling r r r r r r r r r r r r Abandoned Failed
      Enrolling   r r d Collecting r r Enrolling Collecting d d d r r r Abandoned Failed
      SharingKeys r r r r SharingKeys r SharingKeys d Abandoned d d r r r Abandoned Failed
      Collecting  r r r r r Collecting Collecting d d Abandoned d r r r Abandoned Failed
      Unmasking   r r r r r r d d d d Abandoned Optimizing r r Abandoned Failed
      Unmasking   r r r r r r d d d d Abandoned Optimizing r r Abandoned Failed
      Optimizing  r r r r r r d d d d d r Publishing r d Failed
      Publishing  r r r r r r d d d d d r r Published d Failed
      Published   d d d d d d d d d d d d d d d d
      Abandoned   d d d d d d d d d d d d d d d d
      Failed      d d d d d d d d d d d d d d d d
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
  void enrolling_protocolWithKeys_goesThroughSharingKeys() {
    var step = RoundMachine.on(enrolling(KEYED, 3), new RoundEvent.DeviceEnrolled(AT, device(4)));

    assertThat(step.next())
        .isEqualTo(new SharingKeys(KEYED, BASE, AT.plusSeconds(30), devices(4), Set.of()));
  }

  @Test
  void sharingKeys_lastShare_collectsFromWhoShared() {
    var step = RoundMachine.on(sharing(4, 3), new RoundEvent.KeysShared(AT, device(4)));

    assertThat(((Collecting) step.next()).cohort()).isEqualTo(devices(4));
  }

  @Test
  void sharingKeys_deadline_leavesTheSilentOnesOut() {
    var step = RoundMachine.on(sharing(4, 2), new RoundEvent.DeadlinePassed(AT, Phase.SHARING));

    assertThat(((Collecting) step.next()).cohort()).isEqualTo(devices(2));
    assertThat(step.effects())
        .contains(new RoundEffect.ReleaseDevices(Set.of(device(3), device(4))));
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
