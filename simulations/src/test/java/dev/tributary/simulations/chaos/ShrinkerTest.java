package dev.tributary.simulations.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.chaos.Schedule.Timed;
import dev.tributary.simulations.chaos.fault.Tally;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
  private static final Operation CAUSE = new Operation.FailSync();

  private static Outcome outcome(Schedule schedule) {
    long causes =
        schedule.operations().stream().filter(each -> each.operation().equals(CAUSE)).count();
    List<String> violations = causes >= 2 ? List.of("broken: " + causes) : List.of();
    return new Outcome(
        schedule, 0, 0, new Tally(), new Tally(), new Tally(), violations, List.of());
  }

  @Test
  void operationsThatDoNotMatter_areLeftOut() throws Exception {
    Terms terms = ScheduleDraw.draw(1).terms();
    var operations =
        IntStream.range(0, 20)
            .mapToObj(
                i ->
                    new Timed(
                        Duration.ofSeconds(i),
                        i == 3 || i == 17 ? CAUSE : new Operation.SendHerd(i)))
            .toList();

    Outcome smallest =
        new Shrinker(ShrinkerTest::outcome).shrink(outcome(new Schedule(1, terms, operations)));

    assertThat(smallest.schedule().operations())
        .extracting(Timed::operation)
        .containsExactly(CAUSE, CAUSE);
    assertThat(smallest.violations()).hasSize(1);
  }

  @Test
  void scheduleOfASeed_isTheSameEachTime() {
    assertThat(ScheduleDraw.draw(42)).isEqualTo(ScheduleDraw.draw(42));
    assertThat(ScheduleDraw.draw(42)).isNotEqualTo(ScheduleDraw.draw(43));
  }
}
