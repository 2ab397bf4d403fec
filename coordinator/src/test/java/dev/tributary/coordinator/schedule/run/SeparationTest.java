package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.config;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RoundId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A device rests the same whether or not the coordinator was started anew meanwhile. */
class SeparationTest {
  @TempDir private Path directory;

  @Test
  void updateOfAnAbandonedRound_isNoParticipation_afterARestartEither() {
    try (var world = new World(directory)) {
      world.create(
          config(
              "cohort: {target: 2, overSelection: 1, minimum: 2}\n"
                  + "separation: {rounds: 3, seconds: 100}"));
      RoundId round = world.assigned(1);
      assertThat(world.assigned(2)).isEqualTo(round);
      world.report(1, round, 1);

      world.crashAndRestart();

      assertThat(world.assigned(1).number()).isEqualTo(2);
    }
  }
}
