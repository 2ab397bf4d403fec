package dev.tributary.simulations.chaos.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StrandTest {
  private final SimulatedTime time = new SimulatedTime(7);
  private final List<String> happened = new ArrayList<>();

  private void pass() {
    while (time.next(Long.MAX_VALUE)) {
      happened.add("at " + time.now().toMillis());
    }
  }

  @Test
  void whatIsDueTogether_happensInTheOrderInWhichItWasAskedFor() {
    time.after(Duration.ofMillis(2), "late", () -> happened.add("late"));
    time.after(Duration.ofMillis(1), "first", () -> happened.add("first"));
    time.after(Duration.ofMillis(1), "second", () -> happened.add("second"));
    time.after(Duration.ofMillis(1), "never", () -> happened.add("never")).cancel();

    pass();

    assertThat(happened).containsExactly("first", "at 1", "second", "at 1", "late", "at 2");
  }

  @Test
  void strand_thatWaits_letsTimePassAndGoesOn() {
    var strand =
        new Strand(
            "waits",
            self -> {
              happened.add("begins");
              time.after(Duration.ofMillis(5), "wakes", self::resume);
              self.park();
              happened.add("goes on");
            });

    strand.resume();
    pass();

    assertThat(happened).containsExactly("begins", "goes on", "at 5");
    assertThat(strand.isEnded()).isTrue();
  }

  @Test
  void strand_thatIsKilled_unwindsAndNeverGoesOn() {
    var strand =
        new Strand(
            "dies",
            self -> {
              try {
                self.park();
                happened.add("goes on");
              } finally {
                happened.add("unwound");
              }
            });
    strand.resume();

    strand.kill();
    strand.resume();

    assertThat(happened).containsExactly("unwound");
    assertThat(strand.isEnded()).isTrue();
  }
}
