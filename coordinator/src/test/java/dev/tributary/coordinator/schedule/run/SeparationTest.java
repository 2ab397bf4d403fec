package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.get;
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

  @Test
  void retryAboutAForgottenRound_isToldToRestAsTheFirstAnswerDid() {
    try (var world = new World(directory)) {
      world.create(config("cohort: {target: 1, overSelection: 1}\nseparation: {seconds: 100}"));
      RoundId round = world.assigned(1);
      var parameters = world.manifest(1, round).quantization();
      var first = world.report(1, round, 1);
      world.result(1, round);

      world.crashAndRestart();

      var retry = World.upload(1, round, World.uploadId(1), World.packed(parameters, 1));
      var second = get(world.devices().count(retry));
      assertThat(second.nextCheckInMinMillis())
          .isEqualTo(first.nextCheckInMinMillis())
          .isEqualTo(100_000);
    }
  }
}
