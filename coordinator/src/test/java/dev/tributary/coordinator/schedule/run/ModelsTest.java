package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.TASK;
import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which versions operators are shown, and which devices are given. */
class ModelsTest {
  private static final String PAIR = "cohort: {target: 2, overSelection: 1, minimum: 2}";

  @TempDir private Path directory;

  @Test
  void models_inPages_areAllOfThem_theNewestFirst() {
    try (var world = new World(directory)) {
      world.create(config(PAIR));
      world.create(config("letters", PAIR)); // at the same moment
      for (int version = 1; version <= 3; version++) {
        world.timeline.advance(Duration.ofSeconds(1));
        RoundId round = world.evaluationRound(TASK, 1, 2);
        world.report(1, round, 1);
        world.report(2, round, 1);
        world.result(1, round);
      }
      for (var task : List.of(Optional.of(TASK), Optional.<TaskName>empty())) {
        var all = get(world.operators().models(task));
        for (int limit = 1; limit <= all.size(); limit++) {
          var paged = new ArrayList<ModelVersion>();
          var page = get(world.operators().models(task, Optional.empty(), limit));
          while (!page.isEmpty()) {
            assertThat(page).hasSizeLessThanOrEqualTo(limit);
            paged.addAll(page);
            var last = page.getLast();
            var after = new ModelRegistry.Place(last.task(), last.version());
            page = get(world.operators().models(task, Optional.of(after), limit));
          }
          assertThat(paged).isEqualTo(all);
        }
      }
    }
  }

  @Test
  void modelOfAnotherPopulation_isNotForItsDevices() {
    try (var world = new World(directory)) {
      world.create(config(PAIR));
      var other = new PopulationName("brushes");
      get(world.operators().createPopulation(other));
      var digest = get(world.operators().models(Optional.of(TASK))).getFirst().digest();
      assertThat(get(world.devices().mayFetch(World.POPULATION, digest))).isTrue();
      assertThat(get(world.devices().mayFetch(other, digest))).isFalse();
      get(
          world
              .operators()
              .createTask(
                  TaskConfig.parse(
                      "{name: check, population: brushes, kind: evaluation, evaluates: digits,"
                          + " protocol: plain, cohort: {target: 2}}")));
      assertThat(get(world.devices().mayFetch(other, digest))).isTrue();
    }
  }
}
