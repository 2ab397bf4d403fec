package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.CheckInAnswer.ComeBack;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A hundred thousand devices come within ten seconds, as after a power cut. */
@Timeout(240)
class HerdTest {

  private static final int DEVICES = 100_000;
  private static final int SECONDS = 10;
  private static final int INVITED = 130;
  private static final double SLOT_SECONDS = 60;

  /** Check-ins wanted, a second: 1.3 of those invited in each slot. */
  private static final double WANTED_RATE = 1.3 * INVITED / SLOT_SECONDS;

  private static final String TASK =
      """
      name: digits
      population: pens
      protocol: plain
      model: {format: tributary-model/1, input: [2], layers: [{type: linear, units: 2}],
              loss: softmax-cross-entropy, classes: 2}
      cohort: {target: 100, overSelection: 1.3}
      pace: {slotSeconds: 60, ceilingSeconds: 604800}
      """;

  @TempDir private Path directory;

  @Test
  void herd_isSentAway_andComesBackAtTheRateThatRoundsNeed() {
    try (var world = new World(directory)) {
      world.create(TaskConfig.parse(TASK));
      Random draws = new Random(20261126);
      int[] arrivalsByMinute = new int[7 * 24 * 60 + 2];
      int assigned = 0;
      int late = 0; // of those who came when all were known, so that the estimate is whole
      for (int device = 1; device <= DEVICES; device++) {
        if (device % (DEVICES / SECONDS) == 0) {
          world.timeline.advance(Duration.ofSeconds(1));
        }
        CheckInAnswer answer = world.checkIn(device);
        switch (answer) {
          case CheckInAnswer.Assigned place -> assigned++;
          case ComeBack window -> {
            assertThat(window.maxDelayMillis()).isGreaterThan(window.minDelayMillis());
            if (device > DEVICES / 2) {
              late++;
              double millis =
                  window.minDelayMillis()
                      + draws.nextDouble() * (window.maxDelayMillis() - window.minDelayMillis());
              arrivalsByMinute[(int) (millis / 60_000)]++;
            }
          }
        }
      }
      int busiest = 0;
      for (int arrivals : arrivalsByMinute) {
        busiest = Math.max(busiest, arrivals);
      }
      assertThat(assigned).as("places in this round and the next").isEqualTo(2 * INVITED);
      assertThat(late).isGreaterThan(DEVICES / 3);
      // half of the herd, spread over windows as wide as the delay of all: at most half the rate
      // wanted, twice that for windows that overlap; a Poisson count of 340 exceeds 500 with a
      // probability below 1e-15
      assertThat(busiest / 60.0)
          .as("arrivals a second in the busiest minute")
          .isLessThan(2 * WANTED_RATE);
      assertThat(get(world.operators().populations()).getFirst().deviceEstimate())
          .isBetween((long) (0.95 * DEVICES), (long) (1.05 * DEVICES));
    }
  }
}
