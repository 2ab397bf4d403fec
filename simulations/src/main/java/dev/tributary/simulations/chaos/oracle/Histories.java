package dev.tributary.simulations.chaos.oracle;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.store.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the journal says of each round. */
final class Histories {
  private Histories() {}

  /** The events of every round, as they are written, in order. */
  static Map<RoundId, List<String>> read(Connection database) throws SQLException {
    Map<RoundId, List<String>> histories = new LinkedHashMap<>();
    record Line(RoundId round, String payload) {}
    var lines =
        Sql.list(
            database,
            "select task, number, payload from round_events order by task, number, sequence",
            rows ->
                new Line(
                    new RoundId(new TaskName(rows.getString(1)), rows.getLong(2)),
                    rows.getString(3)));
    for (var line : lines) {
      histories.computeIfAbsent(line.round(), round -> new ArrayList<>()).add(line.payload());
    }
    return histories;
  }

  /** The state that a history leads to; empty when it is none. */
  static Optional<RoundState> replay(List<String> history) {
    if (history.isEmpty()
        || !(RoundEventCodec.decode(history.getFirst()) instanceof RoundEvent.RoundPlanned first)) {
      return Optional.empty();
    }
    RoundState state = RoundMachine.begin(first);
    for (String payload : history.subList(1, history.size())) {
      Transition step = RoundMachine.on(state, RoundEventCodec.decode(payload));
      if (!(step.verdict() instanceof Transition.Verdict.Accepted)) {
        return Optional.empty();
      }
      state = step.next();
    }
    return Optional.of(state);
  }
}
