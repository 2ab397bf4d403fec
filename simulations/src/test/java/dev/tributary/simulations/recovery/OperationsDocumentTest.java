package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.coordinator.round.AbandonReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/operations.md tells operators to read and to watch is there. */
@Timeout(900)
class OperationsDocumentTest {

  private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final Pattern METRIC = Pattern.compile("`((?:tributary|process)_[a-z_]+)`");

  @TempDir private Path folder;

  private static String document() throws IOException {
    return Files.readString(Path.of("../docs/operations.md"));
  }

  private static List<String> matches(Pattern pattern) throws IOException {
    List<String> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(document());
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void everyReason_hasARowThatSaysWhatToDo() throws Exception {
    for (AbandonReason reason : AbandonReason.values()) {
      assertThat(document()).contains("\n| `" + reason.code() + "` | ");
    }
  }

  @Test
  void everyQueryRuns_andEveryMetricIsServed() throws Exception {
    try (var rounds = new KillRounds(folder, KillRounds.SECURE).startDevices()) {
      rounds.awaitNextPublished();
      rounds.kill(KillPoint.KEYS_ADVERTISED, false, 1);
      rounds.kill(KillPoint.SURVIVORS_DURABLE, false, 1);

      List<String> queries = matches(SQL);
      assertThat(queries).hasSizeGreaterThan(7);
      try (Connection database = rounds.oracle.open()) {
        for (String query : queries) {
          String own = query.replace("'digits'", "'" + KillRounds.TASK + "'");
          int rows = rowsOf(database, own);
          if (!query.contains("where open = 1") && !query.contains("device-dropped")) {
            assertThat(rows).as(query).isPositive();
          }
        }
      }
      Set<String> served = metricsOf(rounds.coordinator);
      assertThat(served).containsAll(matches(METRIC));
    }
  }

  private static int rowsOf(Connection database, String query) throws Exception {
    int rows = 0;
    try (var statement = database.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        rows++;
      }
    }
    return rows;
  }

  private static Set<String> metricsOf(CoordinatorChild coordinator) throws Exception {
    String text = coordinator.text("/metrics");
    Set<String> names = new TreeSet<>();
    text.lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> names.add(line.replaceAll("[{ ].*", "")));
    return names;
  }
}
