package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.simulations.recovery.KillRounds.Killed;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A coordinator's process that dies of SIGKILL at each named moment of a round, and the next one on
 * its state: the round goes on and its sum is exact, or, where keys were being exchanged, it is
 * abandoned with its reason.
 *
 * <p>{@code -Dtributary.kills=5} repeats each kill five times, at another of the times that the
 * moment comes, and holds the restart to its bound; the figures are in {@code
 * target/recovery.json}.
 */
@Timeout(1800)
class KilledCoordinatorTest {

  private static final int REPEATS = Integer.getInteger("tributary.kills", 1);
  private static final Duration SERVING_AGAIN = Duration.ofSeconds(5);

  @TempDir private Path folder;

  private int kills;
  private int exact;
  private int violations;
  private Duration longestRestart = Duration.ZERO;
  private Duration longestWork = Duration.ZERO;
  private final Map<KillPoint, ObjectNode> byPoint = new EnumMap<>(KillPoint.class);

  @Test
  void secureRounds_killedAtEachPoint_goOnAndAreExact_orAreAbandonedWithTheirReason()
      throws Exception {
    try {
      killAll(KillRounds.SECURE, false, List.of(KillPoint.values()));
    } finally {
      report("recovery.json");
    }
    requireBound();
  }

  @Test
  void plainRounds_killedAtEachPoint_goOnAndAreExact_orAreAbandonedWithTheirReason()
      throws Exception {
    List<KillPoint> points =
        Arrays.stream(KillPoint.values())
            .filter(KillPoint::isInPlainRounds)
            .filter(point -> REPEATS > 1 || point.isInEveryBuildOfPlainRounds())
            .toList();
    try {
      killAll(KillRounds.PLAIN, true, points);
    } finally {
      report("recovery-plain.json");
    }
    requireBound();
  }

  private void killAll(String protocol, boolean plain, List<KillPoint> points) throws Exception {
    try (var rounds = new KillRounds(folder, protocol).startDevices()) {
      rounds.awaitNextPublished();
      for (int repeat = 0; repeat < REPEATS; repeat++) {
        for (KillPoint point : points) {
          Killed killed = rounds.kill(point, plain, point.times(repeat));
          String when = "repeat " + repeat + ", killed at " + point + ", " + killed.round();
          violations += rounds.oracle.violations(rounds.devices).size();
          rounds.requireNoViolation(when);
          assertThat(point.ending().allows(killed.round())).as(when).isTrue();
          note(point, killed);
        }
      }
    }
  }

  private void requireBound() {
    if (REPEATS > 1) {
      assertThat(longestRestart).isLessThanOrEqualTo(SERVING_AGAIN);
    }
  }

  private void note(KillPoint point, Killed killed) {
    kills++;
    exact += killed.isExact() ? 1 : 0;
    longestRestart = longer(longestRestart, killed.restart());
    longestWork = longer(longestWork, killed.restartCpu());
    ObjectNode figures =
        byPoint.computeIfAbsent(point, fresh -> JsonNodeFactory.instance.objectNode());
    String ending = killed.isExact() ? "exact" : "abandoned";
    figures.put(ending, figures.path(ending).asInt() + 1);
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private void report(String file) throws Exception {
    ObjectNode report =
        JsonNodeFactory.instance
            .objectNode()
            .put("kills", kills)
            .put("exact", exact)
            .put("abandoned", kills - exact)
            .put("violations", violations)
            .put("restartSecondsMax", longestRestart.toMillis() / 1000.0)
            .put("restartCpuSecondsMax", longestWork.toMillis() / 1000.0);
    ObjectNode points = report.putObject("points");
    byPoint.forEach((point, figures) -> points.set(point.name(), figures));
    Files.writeString(Path.of("target", file), report + "\n");
  }
}
