package dev.tributary.simulations.recovery;

import dev.tributary.coordinator.fault.FailPoint;
import dev.tributary.simulations.recovery.CountedOnce.Round;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The moments at which a coordinator is killed. */
enum KillPoint {
  SELECTING("Enrolling", 5, Ending.EXACT_UNLESS_IN_THE_EXCHANGE),
  KEYS_ADVERTISED("AdvertisingKeys", 4, Ending.EXACT_UNLESS_IN_THE_EXCHANGE),
  SHARES_DEALT("SharingKeys", 4, Ending.EXACT_UNLESS_IN_THE_EXCHANGE),
  /** A device has its receipt: the test kills the process, not a fail point. */
  ACKNOWLEDGED(null, 4, Ending.EXACT),
  SURVIVORS_DURABLE("Confirming", 1, Ending.EXACT),
  UNMASKING(FailPoint.SHARES_REVEALED, 3, Ending.EXACT),
  MODEL_WRITTEN(FailPoint.MODEL_WRITTEN, 1, Ending.EXACT),
  PUBLISHED("Published", 1, Ending.EXACT);

  /** How the round may end in which the coordinator died. */
  enum Ending {
    EXACT,
    /**
     * Keys of an interrupted session are never used again: a round in which they were being
     * exchanged is abandoned. What the journal holds may be some events ahead of the moment that
     * was reached: the store commits several at once, and their effects follow one by one.
     */
    EXACT_UNLESS_IN_THE_EXCHANGE;

    boolean allows(Round round) {
      return round.state().equals("Published")
          || (this == EXACT_UNLESS_IN_THE_EXCHANGE
              && round.state().equals("Abandoned")
              && round.reason().contains("while keys were exchanged"));
    }
  }

  private final Optional<String> failPoint;
  private final int most;
  private final Ending ending;

  KillPoint(@Nullable String failPoint, int most, Ending ending) {
    this.failPoint = Optional.ofNullable(failPoint);
    this.most = most;
    this.ending = ending;
  }

  /** Its name in the coordinator; empty when the test itself sees the moment. */
  Optional<String> failPoint() {
    return failPoint;
  }

  /** Without keys no survivors are confirmed. */
  Optional<String> failPointOfPlain() {
    return this == SURVIVORS_DURABLE ? Optional.of("Unmasking") : failPoint;
  }

  /** Whether rounds without keys come there. */
  boolean isInPlainRounds() {
    return this != KEYS_ADVERTISED && this != SHARES_DEALT && this != UNMASKING;
  }

  /** Whether each build kills there in plain rounds too; the others wait for a longer run. */
  boolean isInEveryBuildOfPlainRounds() {
    return this == ACKNOWLEDGED || this == SURVIVORS_DURABLE;
  }

  /** At which time that the moment comes the process dies: another one in each repeat. */
  int times(int repeat) {
    return 1 + repeat % most;
  }

  Ending ending() {
    return ending;
  }
}
