package dev.tributary.aggregation.mask.keystream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskCrewTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7})
  void eachTask_isGivenOutOnce(int threads) throws Exception {
    TaskCrew crew = new TaskCrew(threads, 1000);
    AtomicIntegerArray times = new AtomicIntegerArray(1000);
    crew.run(
        () -> {
          for (long task = crew.next(); task != TaskCrew.NONE; task = crew.next()) {
            times.incrementAndGet((int) task);
          }
        });
    for (int i = 0; i < 1000; i++) {
      assertThat(times.get(i)).isEqualTo(1);
    }
  }

  @Test
  void failureOfOneThread_stopsTheOthers_andIsThrown() {
    TaskCrew crew = new TaskCrew(3, Long.MAX_VALUE);
    assertThatThrownBy(
            () ->
                crew.run(
                    () -> {
                      while (true) {
                        long task = crew.next();
                        if (task == TaskCrew.NONE) {
                          return;
                        }
                        if (task == 1000) {
                          throw new IllegalStateException("task 1000");
                        }
                      }
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("task 1000");
  }

  @Test
  void interruptOfTheCaller_stopsAllThreads_andClearsTheFlag() {
    TaskCrew crew = new TaskCrew(3, Long.MAX_VALUE);
    Thread caller = Thread.currentThread();
    assertThatThrownBy(
            () ->
                crew.run(
                    () -> {
                      long task = crew.next();
                      while (task != TaskCrew.NONE) {
                        if (task == 1000) {
                          caller.interrupt();
                        }
                        task = crew.next();
                      }
                    }))
        .isInstanceOf(InterruptedException.class);
    assertThat(Thread.interrupted()).isFalse();
  }
}
