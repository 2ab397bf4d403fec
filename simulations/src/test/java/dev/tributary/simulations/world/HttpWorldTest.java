package dev.tributary.simulations.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.simulations.report.RoundRow;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Setup;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real coordinator and the real SDK over loopback, against the same rounds in process. */
final class HttpWorldTest {

  private static final String SMALL =
      """
      name: small
      data: {name: strokes, examplesPerDevice: 30, testExamples: 100}
      model: logistic
      devices: 5
      cohort: 4
      rounds: 4
      seed: 11
      threads: 2
      protocol: plain
      training: {learningRate: 0.1}
      """;

  @TempDir private Path folder;

  private final List<RoundRow> rows = new ArrayList<>();
  private final AtomicInteger mostDone = new AtomicInteger();

  private Simulation.Result run(String... overrides) throws InterruptedException {
    rows.clear();
    Setup setup = Setup.of(Scenario.parse("test", SMALL, List.of(overrides)));
    return Simulation.run(
        setup,
        folder,
        new Simulation.Watcher() {
          @Override
          public void progress(int round, int done, int cohort) {
            mostDone.accumulateAndGet(done, Math::max);
          }

          @Override
          public void row(RoundRow row) {
            rows.add(row);
          }
        });
  }

  @Test
  void bothTransports_endWithTheSameModelAndFigures() throws InterruptedException {
    Simulation.Result direct = run("transport=direct");
    Simulation.Result http = run("transport=http");
    assertThat(http.record().summary().modelDigest())
        .isEqualTo(direct.record().summary().modelDigest());
    assertThat(http.record().summary().accuracy()).isEqualTo(direct.record().summary().accuracy());
    assertThat(mostDone).hasValue(4);
    // on the wire there are also manifests, check-ins and receipts, but far less than models and
    // updates
    assertThat((double) http.record().summary().bytesUp())
        .isBetween(
            direct.record().summary().bytesUp() * 1.0, direct.record().summary().bytesUp() * 1.2);
  }

  @Test
  void dropOutsAndSlowDevices_changeNothingBetweenTransports() throws InterruptedException {
    String[] behaviour = {
      "behaviour.dropOutRate=0.4", "minimumReports=2", "behaviour.latency.millis=5"
    };
    Simulation.Result direct = run(with("transport=direct", behaviour));
    List<Integer> inProcess = rows.stream().map(RoundRow::devices).toList();
    Simulation.Result http = run(with("transport=http", behaviour));
    assertThat(rows).extracting(RoundRow::devices).isEqualTo(inProcess);
    assertThat(inProcess).anyMatch(devices -> devices < 4);
    assertThat(http.record().summary().modelDigest())
        .isEqualTo(direct.record().summary().modelDigest());
  }

  @Test
  void masked_bothTransportsAndProtocols_endWithTheSameModel() throws InterruptedException {
    String[] behaviour = {
      "protocol=secagg",
      "cohort=5",
      "behaviour.dropOuts=1",
      "behaviour.dropOutStep=after-shares",
      "secureAggregation.dropoutFraction=0.3"
    };
    String direct = run(with("transport=direct", behaviour)).record().summary().modelDigest();
    String http = run(with("transport=http", behaviour)).record().summary().modelDigest();
    behaviour[0] = "protocol=plain";
    behaviour[3] = "transport=direct";
    behaviour[4] = "threads=1";
    assertThat(http).isEqualTo(direct);
    assertThat(run(behaviour).record().summary().modelDigest()).isEqualTo(direct);
  }

  @Test
  void afterARun_noThreadOfItIsLeft() throws InterruptedException {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    run("transport=http", "rounds=1");
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      boolean ofTheRun =
          List.of("device-", "seat-", "vert.x-").stream().anyMatch(thread.getName()::startsWith);
      if (ofTheRun && !before.contains(thread)) {
        thread.join(
            Duration.ofSeconds(30)); // a thread whose work is over may still be on its way out
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  private static String[] with(String first, String[] others) {
    var all = new ArrayList<>(List.of(first));
    all.addAll(List.of(others));
    return all.toArray(String[]::new);
  }
}
