package dev.tributary.coordinator.schedule.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.RoundKind;
import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.SimulatedTimeline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoundDeadlineTest {
  private static final RoundPlan PLAN =
      new RoundPlan(
          RoundId.of("digits.1"),
          RoundKind.TRAINING,
          ProtocolKind.PLAIN,
          3,
          2,
          4,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Optional.empty());

  private final SimulatedTimeline timeline = new SimulatedTimeline();
  private final List<Phase> reached = new ArrayList<>();
  private final RoundDeadline deadline = new RoundDeadline(timeline, Runnable::run, reached::add);

  @Test
  void deadlineOfTheJournal_thatIsStillToCome_stays() {
    deadline.setAgain(Phase.REPORTING, timeline.now().plusSeconds(50), PLAN);

    timeline.advance(Duration.ofSeconds(49));
    assertThat(reached).isEmpty();
    timeline.advance(Duration.ofSeconds(1));
    assertThat(reached).containsExactly(Phase.REPORTING);
  }

  @Test
  void deadlineOfTheJournal_thatHasPassed_leavesOneMoreAttempt() {
    deadline.setAgain(Phase.REPORTING, timeline.now().minusSeconds(50), PLAN);

    timeline.advance(Duration.ofSeconds(29));
    assertThat(reached).isEmpty();
    timeline.advance(Duration.ofSeconds(1));
    assertThat(reached).containsExactly(Phase.REPORTING);
  }

  @Test
  void deadlineOfTheJournal_whenTheClockWasSetBack_isNotLaterThanThePhaseIsLong() {
    deadline.setAgain(Phase.REPORTING, timeline.now().plus(Duration.ofHours(12)), PLAN);

    timeline.advance(Duration.ofSeconds(60));
    assertThat(reached).containsExactly(Phase.REPORTING);
  }
}
