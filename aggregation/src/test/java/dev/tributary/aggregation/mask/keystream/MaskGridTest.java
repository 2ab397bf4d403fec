package dev.tributary.aggregation.mask.keystream;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class MaskGridTest {

  @Property(tries = 500)
  void tasks_coverEachMaskOfEachLaneExactlyOnce(
      @ForAll @IntRange(min = 1, max = 400) int masks,
      @ForAll @IntRange(min = 1, max = 2000) int lanes,
      @ForAll @IntRange(min = 1, max = 20) int blockLanes,
      @ForAll @IntRange(min = 1, max = 16) int threads) {
    MaskGrid grid = MaskGrid.of(masks, lanes, blockLanes, threads);
    int[] maskStarts = new int[masks + 1];
    int[] laneStarts = new int[lanes + 1];
    long area = 0;
    for (long task = 0; task < grid.tasks(); task++) {
      int size = grid.endMask(task) - grid.firstMask(task);
      int length = grid.endLane(task) - grid.firstLane(task);
      assertThat(size).isBetween(1, MaskGrid.MAX_GROUP);
      assertThat(length).isPositive();
      assertThat(grid.firstLane(task) % blockLanes).isZero();
      maskStarts[grid.firstMask(task)] = grid.endMask(task);
      laneStarts[grid.firstLane(task)] = grid.endLane(task);
      area += (long) size * length;
    }
    assertThat(area).isEqualTo((long) masks * lanes);
    assertThat(chainLength(maskStarts, masks)).isEqualTo(grid.groups());
    assertThat(chainLength(laneStarts, lanes)).isEqualTo(grid.segments());
  }

  /** How many intervals, each beginning where the one before ends, lead from 0 to the end. */
  private static int chainLength(int[] endOfStart, int end) {
    int intervals = 0;
    for (int at = 0; at < end; at = endOfStart[at]) {
      assertThat(endOfStart[at]).isGreaterThan(at);
      intervals++;
    }
    return intervals;
  }

  @Test
  void largestSizes_doNotWrap() {
    MaskGrid grid = MaskGrid.of(100_000, Integer.MAX_VALUE - 8, 8192, 2);
    long last = grid.tasks() - 1;
    assertThat(grid.endMask(last)).isEqualTo(100_000);
    assertThat(grid.endLane(last)).isEqualTo(Integer.MAX_VALUE - 8);

    MaskGrid cut = MaskGrid.of(1, Integer.MAX_VALUE - 8, 8192, 64);
    assertThat(cut.segments()).isGreaterThan(64);
    assertThat(cut.endLane(cut.tasks() - 1)).isEqualTo(Integer.MAX_VALUE - 8);
  }

  @Test
  void oneThread_makesEachKeyScheduleOnce() {
    assertThat(MaskGrid.of(91, 1_000_000, 8192, 1).segments()).isEqualTo(1);
  }

  @Test
  void fewMasksAndManyLanes_keepAllThreadsBusy() {
    // eight a thread, but for one that whole blocks do not come to
    assertThat(MaskGrid.of(10, 100_000_000, 8192, 32).tasks()).isBetween(8 * 32L - 1, 8 * 32L);
  }
}
