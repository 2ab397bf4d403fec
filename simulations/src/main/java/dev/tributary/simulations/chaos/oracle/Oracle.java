package dev.tributary.simulations.chaos.oracle;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Function;

/** All that must hold in one world. One thread at a time. */
public final class Oracle {
  private final Violations violations = new Violations();
  private final Acknowledged acknowledged = new Acknowledged(violations);
  private final MessageOracle messages = new MessageOracle(violations, acknowledged);
  private final StateOracle state;
  private final SumOracle sums;

  /**
   * An oracle that has seen nothing.
   *
   * @param deviceOf the number of the device with this id
   * @param models folder of the model files
   * @param momentum of the server's steps
   */
  public Oracle(Function<String, Optional<Integer>> deviceOf, Path models, float momentum) {
    this.state = new StateOracle(violations, acknowledged, deviceOf);
    this.sums = new SumOracle(violations, acknowledged, messages, deviceOf, models, momentum);
  }

  public Violations violations() {
    return violations;
  }

  public MessageOracle messages() {
    return messages;
  }

  public StateOracle state() {
    return state;
  }

  /** Looks at what a process left, before the next one starts. */
  public void lookAfterCrash(Connection database) throws SQLException {
    state.look(database);
  }

  /** Looks at everything, when the world has come to rest. */
  public void lookAtTheEnd(Connection database) throws SQLException {
    state.look(database);
    sums.look(database, state);
  }
}
