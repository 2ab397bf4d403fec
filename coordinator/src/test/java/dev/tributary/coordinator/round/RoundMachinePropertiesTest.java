package dev.tributary.coordinator.round;

import static dev.tributary.coordinator.round.RoundFixtures.AT;
import static dev.tributary.coordinator.round.RoundFixtures.BASE;
import static dev.tributary.coordinator.round.RoundFixtures.CONFIRMED;
import static dev.tributary.coordinator.round.RoundFixtures.KEYED;
import static dev.tributary.coordinator.round.RoundFixtures.PLAIN;
import static dev.tributary.coordinator.round.RoundFixtures.RESULT;
import static dev.tributary.coordinator.round.RoundFixtures.device;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.round.plan.RoundPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Laws of the machine under any sequence of events, with and without a key exchange. */
class RoundMachinePropertiesTest {
  @Property
  void invariants_holdAfterEveryEvent(
      @ForAll("plans") RoundPlan plan, @ForAll("events") List<RoundEvent> events) {
    RoundState state = RoundMachine.begin(new RoundEvent.RoundPlanned(AT, plan));
    for (var event : events) {
      var step = RoundMachine.on(state, event);
      holds(state, step);
      state = step.next();
    }
  }

  @Property
  void sameJournal_sameState_alsoThroughItsText(
      @ForAll("plans") RoundPlan plan, @ForAll("events") List<RoundEvent> events) {
    var planned = new RoundEvent.RoundPlanned(AT, plan);
    RoundState state = RoundMachine.begin(planned);
    var journal = new ArrayList<String>(List.of(RoundEventCodec.encode(planned)));
    for (var event : events) {
      var step = RoundMachine.on(state, event);
      if (step.verdict() instanceof Transition.Verdict.Accepted) {
        journal.add(RoundEventCodec.encode(event));
      }
      state = step.next();
    }

    RoundState replayed =
        RoundMachine.begin((RoundEvent.RoundPlanned) RoundEventCodec.decode(journal.getFirst()));
    for (var entry : journal.subList(1, journal.size())) {
      replayed = RoundMachine.on(replayed, RoundEventCodec.decode(entry)).next();
    }
    assertThat(replayed).isEqualTo(state);
  }

  @Property
  void terminalStates_absorbEverything(@ForAll("events") List<RoundEvent> events) {
    for (var end :
        RoundFixtures.everyState().stream().filter(Terminal.class::isInstance).toList()) {
      for (var event : events) {
        var step = RoundMachine.on(end, event);
        assertThat(step.next()).isSameAs(end);
        assertThat(step.verdict()).isEqualTo(new Transition.Verdict.Discarded());
        assertThat(step.effects()).isEmpty();
      }
    }
  }

  @Provide
  Arbitrary<RoundPlan> plans() {
    return Arbitraries.of(PLAIN, KEYED, CONFIRMED);
  }

  private static void holds(RoundState before, Transition step) {
    RoundState after = step.next();
    if (!(step.verdict() instanceof Transition.Verdict.Accepted)) {
      assertThat(after).isSameAs(before);
      assertThat(step.effects()).isEmpty();
    }
    frozen(before)
        .ifPresent(
            survivors -> frozen(after).ifPresent(later -> assertThat(later).isEqualTo(survivors)));
    switch (after) {
      case Enrolling s ->
          assertThat(s.enrolled()).hasSizeLessThanOrEqualTo(s.plan().selectionCount());
      case Collecting s -> {
        assertThat(s.counted().size()).isLessThan(s.plan().targetCount());
        assertThat(s.cohort()).containsAll(s.counted().keySet()).containsAll(s.dropped());
        var both = new HashSet<>(s.counted().keySet());
        both.retainAll(s.dropped());
        assertThat(both).isEmpty();
      }
      case Unmasking s ->
          assertThat(s.survivors().size())
              .isBetween(s.plan().minimumCount(), s.plan().targetCount());
      case AdvertisingKeys s -> assertThat(s.cohort()).containsAll(s.advertised());
      case SharingKeys s -> assertThat(s.cohort()).containsAll(s.shared());
      default -> {}
    }
    boolean opens = step.effects().stream().anyMatch(RoundEffect.UnmaskSum.class::isInstance);
    assertThat(opens).isEqualTo(!(before instanceof Unmasking) && after instanceof Unmasking);
  }

  private static Optional<Set<?>> frozen(RoundState state) {
    return switch (state) {
      case Confirming s -> Optional.of(entries(s.survivors()));
      case Unmasking s -> Optional.of(entries(s.survivors()));
      case Optimizing s -> Optional.of(entries(s.survivors()));
      case Publishing s -> Optional.of(entries(s.survivors()));
      case Published s -> Optional.of(entries(s.survivors()));
      default -> Optional.empty();
    };
  }

  private static Set<?> entries(Map<?, ?> survivors) {
    return survivors.entrySet();
  }

  /** Sequences that mostly make sense, so that deep states are reached, with nonsense mixed in. */
  @Provide
  Arbitrary<List<RoundEvent>> events() {
    var devices = Arbitraries.integers().between(1, 6);
    Arbitrary<RoundEvent> enrolled = devices.map(d -> new RoundEvent.DeviceEnrolled(AT, device(d)));
    Arbitrary<RoundEvent> advertised =
        devices.map(d -> new RoundEvent.KeysAdvertised(AT, device(d)));
    Arbitrary<RoundEvent> shared = devices.map(d -> new RoundEvent.KeysShared(AT, device(d)));
    Arbitrary<RoundEvent> counted =
        devices
            .list()
            .ofMinSize(1)
            .ofMaxSize(2)
            .map(
                batch ->
                    new RoundEvent.UploadsCounted(
                        AT, batch.stream().map(RoundFixtures::upload).toList()));
    Arbitrary<RoundEvent> dropped =
        devices.map(d -> new RoundEvent.DeviceDropped(AT, device(d), "shutting-down"));
    Arbitrary<RoundEvent> deadline =
        Arbitraries.of(Phase.class).map(phase -> new RoundEvent.DeadlinePassed(AT, phase));
    Arbitrary<RoundEvent> own =
        Arbitraries.of(
            new RoundEvent.SumUnmasked(AT),
            new RoundEvent.SurvivorsConfirmed(AT, 0),
            new RoundEvent.ModelOptimized(AT, RESULT),
            new RoundEvent.VersionPublished(AT),
            new RoundEvent.BaseFixed(AT, BASE));
    Arbitrary<RoundEvent> end =
        Arbitraries.of(
            new RoundEvent.RoundCancelled(AT, AbandonReason.OPERATOR, "paused"),
            new RoundEvent.DefectFound(AT, "defect"));
    Arbitrary<RoundEvent> any =
        Arbitraries.frequencyOf(
            Tuple.of(8, enrolled),
            Tuple.of(6, advertised),
            Tuple.of(6, shared),
            Tuple.of(8, counted),
            Tuple.of(1, dropped),
            Tuple.of(1, deadline),
            Tuple.of(6, own),
            Tuple.of(1, end));
    return any.list()
        .ofMaxSize(60)
        .map(
            events -> {
              var opened = new ArrayList<RoundEvent>(List.of(new RoundEvent.RoundOpened(AT)));
              opened.addAll(events);
              return opened;
            });
  }
}
