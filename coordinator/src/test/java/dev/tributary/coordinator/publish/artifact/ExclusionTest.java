package dev.tributary.coordinator.publish.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExclusionTest {

  private final Exclusion exclusion = new Exclusion();
  private final List<String> begun = new ArrayList<>();

  private Future<String> begin(String name, Promise<String> end) {
    begun.add(name);
    return end.future();
  }

  @Test
  void worksBesideEachOther_doNotWait() {
    Promise<String> first = Promise.promise();
    Promise<String> second = Promise.promise();
    exclusion.beside(() -> begin("first", first));
    Future<String> result = exclusion.beside(() -> begin("second", second));
    assertThat(begun).containsExactly("first", "second");
    second.complete("done");
    assertThat(result.result()).isEqualTo("done");
  }

  @Test
  void whatRunsAlone_waitsForAllBefore_andAllAfterWaitForIt_alsoWhenTheyFail() {
    Promise<String> first = Promise.promise();
    Promise<String> second = Promise.promise();
    Promise<String> search = Promise.promise();
    Promise<String> next = Promise.promise();
    exclusion.beside(() -> begin("first", first));
    exclusion.beside(() -> begin("second", second));
    Future<String> alone = exclusion.alone(() -> begin("alone", search));
    exclusion.beside(() -> begin("after", Promise.promise()));
    exclusion.alone(() -> begin("last", next));

    first.fail("broken");
    assertThat(begun).containsExactly("first", "second");
    second.complete("done");
    assertThat(begun).containsExactly("first", "second", "alone");
    search.fail("no database");
    assertThat(alone.failed()).isTrue();
    assertThat(begun).containsExactly("first", "second", "alone", "after");
  }

  @Test
  void workThatCannotEvenBegin_failsAndHoldsUpNobody() {
    Future<String> failed =
        exclusion.beside(
            () -> {
              throw new IllegalStateException("closed");
            });
    assertThat(failed.cause()).hasMessage("closed");
    exclusion.alone(() -> begin("alone", Promise.promise()));
    assertThat(begun).containsExactly("alone");
  }
}
