package dev.tributary.simulations.chaos.oracle;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.store.Sql;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of every published version. Each device adds 1 to a coordinate of its own, so the
 * step from one version to the next, times the number of devices in it, is 1 for each of them and 0
 * for everybody else. That must be exactly those whom the journal names, and whose uploads were
 * acknowledged must be among them, unless the shard of such a device was not opened at all.
 *
 * @param folder of the models
 * @param momentum of the server's steps
 */
record SumOracle(
    Violations violations,
    Acknowledged acknowledged,
    MessageOracle messages,
    Function<String, Optional<Integer>> deviceOf,
    Path folder,
    float momentum) {
  private static final double TOLERANCE = 0.1;

  private record Version(TaskName task, long number, ModelDigest digest, long round, int devices) {}

  void look(Connection database, StateOracle state) throws SQLException {
    var versions =
        Sql.list(
            database,
            "select task, version, digest, round_number, devices from model_versions"
                + " order by task, version",
            rows ->
                new Version(
                    new TaskName(rows.getString(1)),
                    rows.getLong(2),
                    new ModelDigest(rows.getString(3)),
                    rows.getLong(4),
                    rows.getInt(5)));
    var histories = Histories.read(database);
    float[] before = null;
    float[] velocity = null;
    for (var version : versions) {
      float[] weights = weights(version);
      if (weights == null) {
        return;
      }
      if (version.number() > 0 && before != null) {
        float[] step = minus(weights, before, 1);
        float[] mean = velocity == null ? step : minus(step, velocity, momentum);
        velocity = step;
        var round = new RoundId(version.task(), version.round());
        if (!state.isDamaged(round) || histories.containsKey(round)) {
          sum(round, version.devices(), mean, histories.getOrDefault(round, List.of()));
        }
      }
      before = weights;
    }
  }

  private float @Nullable [] weights(Version version) {
    try {
      ModelState model = Safetensors.read(folder.resolve(version.digest().hex() + ".safetensors"));
      if (ModelDigest.of(model).equals(version.digest())) {
        return model.values();
      }
      violations.add("the file of version " + version.number() + " holds another model");
    } catch (IOException e) {
      violations.add("published version " + version.number() + " has no file: " + e);
    }
    return null;
  }

  private static float[] minus(float[] left, float[] right, float factor) {
    float[] difference = left.clone();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= factor * right[i];
    }
    return difference;
  }

  private void sum(RoundId round, int devices, float[] mean, List<String> history) {
    RoundState end = Histories.replay(history).orElse(null);
    if (!(end instanceof Published published)) {
      violations.add("round " + round + " made a version, but its journal does not say so");
      return;
    }
    var survivors = new HashSet<Integer>();
    published
        .survivors()
        .keySet()
        .forEach(device -> deviceOf.apply(device.text()).ifPresent(survivors::add));
    if (devices != survivors.size()) {
      violations.add(
          "round %s counts %d devices, its journal %s".formatted(round, devices, survivors));
    }
    components(round, mean, survivors);
    acknowledged(round, survivors);
  }

  private void components(RoundId round, float[] mean, Set<Integer> survivors) {
    double[] sum = new double[mean.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = mean[i] * (double) survivors.size();
      double expected = survivors.contains(i) ? 1 : 0;
      if (Math.abs(sum[i] - expected) > TOLERANCE) {
        violations.add(
            (sum[i] > 1 + TOLERANCE ? "double count: " : "wrong sum: ")
                + "in round %s device %d is in the sum %.2f times, expected %.0f"
                    .formatted(round, i, sum[i], expected));
      }
    }
  }

  private void acknowledged(RoundId round, Set<Integer> survivors) {
    var opened = new HashSet<Integer>();
    survivors.forEach(device -> opened.add(messages.shard(round, device)));
    for (int device : acknowledged.in(round)) {
      if (!survivors.contains(device) && opened.contains(messages.shard(round, device))) {
        violations.add(
            "lost acknowledgement: the upload of device %d is not in the sum of round %s"
                .formatted(device, round));
      }
    }
  }
}
