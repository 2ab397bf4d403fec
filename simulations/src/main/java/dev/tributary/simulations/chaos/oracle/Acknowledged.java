package dev.tributary.simulations.chaos.oracle;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The uploads of which the coordinator has said that they count. One thread at a time. */
final class Acknowledged {
  private final Violations violations;
  private final Map<RoundId, Map<Integer, UploadId>> byRound = new HashMap<>();

  Acknowledged(Violations violations) {
    this.violations = violations;
  }

  void add(RoundId round, int device, UploadId upload) {
    UploadId before =
        byRound.computeIfAbsent(round, missing -> new HashMap<>()).putIfAbsent(device, upload);
    if (before != null && !before.equals(upload)) {
      violations.add(
          "two uploads of device %d are acknowledged in round %s: %s and %s"
              .formatted(device, round, before, upload));
    }
  }

  /** Whose uploads were acknowledged in the round. */
  Set<Integer> in(RoundId round) {
    return byRound.getOrDefault(round, Map.of()).keySet();
  }

  Set<RoundId> rounds() {
    return byRound.keySet();
  }
}
