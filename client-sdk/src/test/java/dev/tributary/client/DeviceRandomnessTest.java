package dev.tributary.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DeviceRandomnessTest {

  private static final int DRAWS = 500_000;

  /** A draw that two threads share, or that is lost, is one value less or another one. */
  @Test
  void seededWaits_drawnByTwoThreads_areThoseOfOne() throws Exception {
    RandomGenerator shared = DeviceRandomness.insecureSeeded(7).waits();
    var together = new CyclicBarrier(2);
    Callable<long[]> drawing =
        () -> {
          together.await();
          return LongStream.generate(shared::nextLong).limit(DRAWS).toArray();
        };
    long[] byTwo;
    var pool = Executors.newFixedThreadPool(2);
    try {
      byTwo =
          pool.invokeAll(List.of(drawing, drawing)).stream()
              .flatMapToLong(drawn -> LongStream.of(of(drawn)))
              .sorted()
              .toArray();
    } finally {
      pool.shutdown();
    }
    RandomGenerator alone = DeviceRandomness.insecureSeeded(7).waits();
    long[] byOne = LongStream.generate(alone::nextLong).limit(2 * DRAWS).sorted().toArray();
    assertThat(Arrays.mismatch(byTwo, byOne)).isEqualTo(-1);
  }

  private static long[] of(Future<long[]> drawn) {
    try {
      return drawn.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
