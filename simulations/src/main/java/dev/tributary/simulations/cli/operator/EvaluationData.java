package dev.tributary.simulations.cli.operator;

import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.scenario.Scenario;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The rows that {@code coordinator --data TASK=NAME[,KEY=VALUE...]} names, by task. */
final class EvaluationData {

  /** Of generated data; the rows of files do not depend on it. */
  private static final long SEED = 1;

  private static final int WRITERS = 100;

  private EvaluationData() {}

  /**
   * Loads the data sets.
   *
   * @throws CommandFailedException when one is not named as it should be
   * @throws dev.tributary.simulations.data.UnusableDataException when one cannot be read
   */
  static Map<TaskName, Dataset> load(List<String> options) {
    Map<TaskName, Dataset> byTask = new HashMap<>();
    for (String option : options) {
      int end = option.indexOf('=');
      int comma = option.indexOf(',');
      if (end < 1 || (comma >= 0 && comma < end)) {
        throw CommandFailedException.wrongUsage(
            "--data: expected TASK=NAME[,KEY=VALUE...], got '" + option + "'");
      }
      TaskName task = task(option.substring(0, end));
      if (byTask.put(task, Scenario.data("--data", option.substring(end + 1)).load(WRITERS, SEED))
          != null) {
        throw CommandFailedException.wrongUsage("--data: task " + task + " is given twice");
      }
    }
    return byTask;
  }

  private static TaskName task(String name) {
    try {
      return new TaskName(name);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.wrongUsage("--data: " + e.getMessage());
    }
  }
}
