package dev.tributary.aggregation.secagg;

import static dev.tributary.aggregation.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.mask.graph.InfeasibleGraphException;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.aggregation.secagg.device.DeviceFloors;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.agreement.CipherSuite;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random schedules of dropouts, each device restarted at each step, with requests that are repeated
 * and requests that are hostile. A schedule that leaves a quorum gives the sum of the survivors,
 * every other gives nothing; and of no device are both kinds of shares given to the coordinator by
 * any one holder, or taken by it.
 */
class ScheduleTest {

  private static final int LENGTH = 5;
  private static final int RING_BITS = 21;

  static Stream<Schedule> small() {
    return LongStream.range(0, 40).mapToObj(s -> Schedule.random(s, CipherSuite.CLASSIC, 3, 30));
  }

  static Stream<Schedule> hybrid() {
    return LongStream.range(0, 4).mapToObj(s -> Schedule.random(s, CipherSuite.HYBRID, 3, 12));
  }

  static Stream<Schedule> sparse() {
    return LongStream.range(0, 3).mapToObj(s -> Schedule.random(s, CipherSuite.CLASSIC, 70, 80));
  }

  @ParameterizedTest
  @MethodSource({"small", "hybrid", "sparse"})
  void schedule_givesTheSumOfTheSurvivorsOrNothing(Schedule schedule) throws Exception {
    play(schedule);
  }

  /** The schedules above come to every end that there is. */
  @Test
  void schedules_areOfAllKinds() throws Exception {
    Map<Schedule.Outcome, Integer> seen = new EnumMap<>(Schedule.Outcome.class);
    for (Schedule schedule : small().toList()) {
      var run = new Run(new Cohort(schedule.leaves().length, floors(schedule)), terms(schedule), 1);
      Schedule.Outcome outcome = Schedule.Outcome.NO_ROSTER;
      if (advertise(schedule, run)) {
        outcome = schedule.expected(run.roster, steps(schedule, run)).outcome();
      }
      seen.merge(outcome, 1, Integer::sum);
    }
    assertThat(seen).containsOnlyKeys(Schedule.Outcome.values());
    assertThat(seen.get(Schedule.Outcome.OPENED)).isGreaterThan(8);
  }

  private static void play(Schedule schedule) throws Exception {
    var run =
        new Run(new Cohort(schedule.leaves().length, floors(schedule)), terms(schedule), LENGTH);
    if (!advertise(schedule, run)) {
      return;
    }
    Schedule.Steps takes = steps(schedule, run);
    Schedule.Expected expected = schedule.expected(run.roster, takes);
    if (run.roster.size() < schedule.minimumSurvivors()) {
      assertRefused(RefusalReason.WEAK_TERMS, () -> run.deal(index -> true));
      return;
    }
    run.deal(index -> takes.at(index, 1));
    for (int index : List.copyOf(run.dealt.keySet())) {
      if (!expected.masking().contains(index)) {
        var step = run.dealt.at(index);
        run.dealt.remove(index);
        if (run.relay.hasDealt(index) && !noneDealtTo(run, index)) {
          assertRefused(
              RefusalReason.TOO_FEW_NEIGHBOURS,
              () -> step.agree(run.relay.inboxFor(index), run.device(index)));
        }
      }
    }
    run.send(index -> takes.at(index, 2));
    assertThat(run.sent.keySet()).isEqualTo(expected.survivors());
    if (expected.outcome() == Schedule.Outcome.TOO_FEW) {
      assertThatThrownBy(() -> new UnmaskCollection(run.relay, run.survivors))
          .isInstanceOf(IllegalArgumentException.class);
      for (UpdateSent step : run.sent.values()) {
        assertThatThrownBy(() -> step.confirm(SurvivorsAnnounced.of(run.survivors)))
            .isInstanceOf(SessionRefusedException.class);
      }
      return;
    }
    if (schedule.confirmation() && !confirm(run, takes, expected)) {
      return;
    }
    reveal(run, schedule, expected);
  }

  private static boolean confirm(Run run, Schedule.Steps takes, Schedule.Expected expected)
      throws Exception {
    var collection = new ConfirmationCollection(run.roster, run.survivors);
    for (int index : List.copyOf(run.sent.keySet())) {
      if (!takes.at(index, 3)) {
        continue;
      }
      try {
        UpdateSent step =
            run.restarted(
                run.sent.at(index).confirm(SurvivorsAnnounced.of(run.survivors)), UpdateSent.class);
        collection.add(index, step.confirmation(run.device(index)));
        assertThat(collection.add(index, step.confirmation(run.device(index))))
            .isEqualTo(Taken.REPEATED);
        assertRefused(
            RefusalReason.SURVIVORS_CHANGED,
            () -> step.confirm(SurvivorsAnnounced.of(without(run.survivors, index))));
        run.sent.put(index, step);
      } catch (SessionRefusedException e) {
        assertThat(e.reason()).isEqualTo(RefusalReason.TOO_FEW_NEIGHBOURS);
      }
    }
    assertThat(collection.isQuorum())
        .isEqualTo(expected.outcome() != Schedule.Outcome.NOT_CONFIRMED);
    if (collection.isQuorum()) {
      run.request = collection.request();
    }
    return collection.isQuorum();
  }

  private static void reveal(Run run, Schedule schedule, Schedule.Expected expected)
      throws Exception {
    var kinds = new Kinds();
    Random random = new Random(schedule.seed());
    run.unmasking = new UnmaskCollection(run.relay, run.survivors);
    for (int index : expected.answering()) {
      SurvivorSet other = without(run.survivors, index);
      SharesRevealed step =
          run.restarted(
              run.sent.at(index).reveal(run.request, run.device(index)), SharesRevealed.class);
      for (int times = random.nextInt(3); times > 0; times--) {
        kinds.given(index, step.answer(run.request));
        assertRefused(RefusalReason.SURVIVORS_CHANGED, () -> step.answer(UnmaskRequest.of(other)));
      }
      kinds.given(index, step.answer());
      assertThatThrownBy(() -> run.unmasking.add(index, flipped(step.answer())))
          .isInstanceOf(RejectedException.class);
      assertThat(run.unmasking.add(index, step.answer())).isEqualTo(Taken.ACCEPTED);
      assertThat(run.unmasking.add(index, step.answer())).isEqualTo(Taken.REPEATED);
      kinds.taken(step.answer());
    }
    assertThat(run.unmasking.isReady())
        .as(run.unmasking.progress())
        .isEqualTo(expected.outcome() == Schedule.Outcome.OPENED);
    if (run.unmasking.isReady()) {
      assertThat(modulo(run.open())).isEqualTo(modulo(run.expected()));
    } else {
      assertThat(run.unmasking.lacking()).isNotEmpty();
      assertThatThrownBy(run::open).isInstanceOf(IllegalStateException.class);
    }
  }

  /** Which kinds of shares were seen: by holder and dealer, and taken of each dealer. */
  private static final class Kinds {
    private final Map<List<Integer>, ShareKind> given = new HashMap<>();
    private final Map<Integer, ShareKind> taken = new HashMap<>();

    void given(int holder, UnmaskAnswer answer) {
      for (RevealedShare share : answer.shares()) {
        ShareKind before = given.put(List.of(holder, share.index()), share.kind());
        assertThat(before == null || before == share.kind()).isTrue();
      }
    }

    void taken(UnmaskAnswer answer) {
      for (RevealedShare share : answer.shares()) {
        ShareKind before = taken.put(share.index(), share.kind());
        assertThat(before == null || before == share.kind()).isTrue();
      }
    }
  }

  private static UnmaskAnswer flipped(UnmaskAnswer answer) {
    List<RevealedShare> shares = new ArrayList<>(answer.shares());
    RevealedShare first = shares.get(0);
    ShareKind other = first.kind() == ShareKind.SELF ? ShareKind.MASK : ShareKind.SELF;
    shares.set(0, new RevealedShare(first.index(), other, first.share()));
    return new UnmaskAnswer(shares);
  }

  /** The same set but for one device other than {@code index}. */
  private static SurvivorSet without(SurvivorSet survivors, int index) {
    int gone = survivors.indices().filter(i -> i != index).findFirst().orElseThrow();
    return SurvivorSet.of(survivors.size(), i -> i != gone && survivors.contains(i));
  }

  private static boolean noneDealtTo(Run run, int index) {
    return run.roster.answerFor(index).neighbours().stream()
        .noneMatch(neighbour -> run.relay.hasDealt(neighbour.index()));
  }

  private static boolean advertise(Schedule schedule, Run run) throws Exception {
    List<DeviceId> ids = List.copyOf(run.cohort.devices.keySet());
    try {
      run.advertise(id -> schedule.takes(ids.indexOf(id), 0));
      return true;
    } catch (InfeasibleGraphException | IllegalArgumentException e) {
      return false;
    }
  }

  private static Schedule.Steps steps(Schedule schedule, Run run) {
    List<DeviceId> ids = List.copyOf(run.cohort.devices.keySet());
    return (place, step) -> schedule.takes(ids.indexOf(run.roster.device(place)), step);
  }

  private static DeviceFloors floors(Schedule schedule) {
    return schedule.confirmation() ? DeviceFloors.standard() : Cohort.trusting();
  }

  private static SessionTerms terms(Schedule schedule) {
    return Cohort.terms(
        schedule.suite(),
        schedule.minimumSurvivors(),
        schedule.dropoutPerMyriad(),
        schedule.confirmation());
  }

  private static int[] modulo(int[] lanes) {
    int[] residues = lanes.clone();
    for (int i = 0; i < residues.length; i++) {
      residues[i] &= (1 << RING_BITS) - 1;
    }
    return residues;
  }
}
