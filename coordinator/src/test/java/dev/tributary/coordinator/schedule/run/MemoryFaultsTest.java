package dev.tributary.coordinator.schedule.run;

import static dev.tributary.coordinator.schedule.run.World.config;
import static dev.tributary.coordinator.schedule.run.World.device;
import static dev.tributary.coordinator.schedule.run.World.get;
import static dev.tributary.coordinator.schedule.run.World.refusal;
import static dev.tributary.coordinator.schedule.run.World.uploadId;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.ChunkConsumer;
import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.coordinator.intake.VerifiedUploads;
import dev.tributary.coordinator.schedule.TaskConfig;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When memory runs out nobody waits for ever: requests are refused, their bytes released, and the
 * round ends. The tests run with 1 GiB of heap.
 */
class MemoryFaultsTest {

  /** What a sum over the squared number of classes takes no heap of a test for: 8 GiB. */
  private static final String CLASSES =
      """
      {"format":"tributary-model/1","input":[2],"layers":[{"type":"linear","units":32768}],
       "loss":"softmax-cross-entropy","classes":32768}""";

  /** 268 million parameters, nearly the 1 GiB that there is. */
  private static final String HUGE =
      """
      {"format":"tributary-model/1","input":[16380],"layers":[{"type":"linear","units":16380}],
       "loss":"softmax-cross-entropy","classes":16380}""";

  private World world;

  @BeforeEach
  void open(@TempDir Path directory) {
    world = new World(directory);
  }

  @AfterEach
  void close() {
    world.close();
  }

  @Test
  void sumThatDoesNotFit_refusesTheUpload_releasesIt_andFailsTheRound() {
    world.create(task("digits", CLASSES));
    world.create(
        TaskConfig.parse(
            """
            name: checked
            population: pens
            kind: evaluation
            evaluates: digits
            protocol: plain
            cohort: {target: 2, overSelection: 1, minimum: 1}
            pace: {floorSeconds: 0, slotSeconds: 0.01}
            """));
    RoundId round = world.evaluationRound(new TaskName("checked"), 1, 2);
    var closed = new AtomicBoolean();

    var counted =
        world
            .devices()
            .count(
                VerifiedUploads.of(
                    device(1),
                    round,
                    uploadId(1),
                    new byte[32],
                    source(
                        world.manifest(1, round).quantization().packedBytes(),
                        consumer -> {},
                        closed)));

    assertThat(refusal(counted)).isEqualTo(RejectReason.INTERNAL);
    assertThat(world.result(2, round).state()).isEqualTo(RoundOutcome.FAILED);
    assertThat(closed).isTrue();
  }

  @Test
  void memoryThatRunsOutWhileAdding_refusesTheUpload_releasesIt_andFailsTheRound() {
    world.create(config("cohort: {target: 2, overSelection: 1, minimum: 1}"));
    RoundId round = world.assigned(1);
    world.assigned(2);
    var closed = new AtomicBoolean();

    var counted =
        world
            .devices()
            .count(
                VerifiedUploads.of(
                    device(1),
                    round,
                    uploadId(1),
                    new byte[32],
                    source(
                        world.manifest(1, round).quantization().packedBytes(),
                        consumer -> {
                          throw new OutOfMemoryError("on purpose");
                        },
                        closed)));

    assertThat(refusal(counted)).isEqualTo(RejectReason.INTERNAL);
    assertThat(world.result(2, round).state()).isEqualTo(RoundOutcome.FAILED);
    assertThat(closed).isTrue();
    assertThat(world.assigned(1)).isEqualTo(new RoundId(World.TASK, 2));
  }

  @Test
  void taskWhoseModelDoesNotFit_isRefusedWithItsSize() {
    get(world.operators().createPopulation(World.POPULATION));

    var created = world.operators().createTask(task("digits", HUGE));

    Assertions.assertThatThrownBy(() -> created.toCompletionStage().toCompletableFuture().join())
        .cause()
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(RejectReason.BAD_CONFIGURATION);
              assertThat(e.detail()).contains("268320780 parameters").contains("heap");
            });
    assertThat(get(world.operators().tasks())).isEmpty();
  }

  private static TaskConfig task(String name, String model) {
    return TaskConfig.parse(
        """
        name: %s
        population: pens
        model: %s
        protocol: plain
        cohort: {target: 2}
        pace: {floorSeconds: 0, slotSeconds: 0.01}
        """
            .formatted(name, model));
  }

  private interface Reading {
    void into(ChunkConsumer consumer);
  }

  private static PackedSource source(long lengthBytes, Reading reading, AtomicBoolean closed) {
    return new PackedSource() {
      @Override
      public long lengthBytes() {
        return lengthBytes;
      }

      @Override
      public void forEachChunk(ChunkConsumer consumer) {
        reading.into(consumer);
      }

      @Override
      public void close() {
        closed.set(true);
      }
    };
  }
}
