package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.tributary.aggregation.protocol.round.CheckInAnswer.ComeBack;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The windows that devices of a large population are given at different times of their day. */
class DiurnalPaceTest {
  private static final int BUSY = 30; // devices an hour, in the first half of the day
  private static final int QUIET = 10;
  private static final String LARGE =
      """
      name: digits
      population: pens
      protocol: plain
      model: {format: tributary-model/1, input: [2], layers: [{type: linear, units: 2}],
              loss: softmax-cross-entropy, classes: 2}
      cohort: {target: 2, overSelection: 1}
      pace: {slotSeconds: 60, smallPopulation: 1}
      """;

  @TempDir private Path directory;

  @Test
  void busyHour_afterAWholeDay_isAnsweredWithLongerDelaysThanAQuietOne() {
    try (var world = new World(directory)) {
      world.create(TaskConfig.parse(LARGE));
      get(world.operators().pause(TASK)); // answers every check-in with a window

      var firstDay = delaysOfADay(world);
      delaysOfADay(world);
      var thirdDay = delaysOfADay(world);

      assertThat(firstDay[20]).isEqualTo(firstDay[6]);
      assertThat(thirdDay[6]).isCloseTo(thirdDay[18] * BUSY / QUIET, withPercentage(3));
    }
  }

  /** The shortest delay given at the beginning of each hour, to its last device. */
  private static long[] delaysOfADay(World world) {
    long[] delays = new long[24];
    for (int hour = 0; hour < 24; hour++) {
      int deviceCount = hour < 12 ? BUSY : QUIET;
      for (int d = 1; d <= deviceCount; d++) {
        var answer = (ComeBack) world.checkIn(d);
        delays[hour] = answer.minDelayMillis();
      }
      world.timeline.advance(Duration.ofHours(1));
    }
    return delays;
  }
}
