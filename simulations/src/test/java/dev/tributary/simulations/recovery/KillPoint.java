package dev.tributary.simulations.recovery;

import dev.tributary.coordinator.fault.FailPoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The moments at which a coordinator is killed. */
enum KillPoint {
  SELECTING("Enrolling", 5, Ending.EXACT_OR_ABANDONED),
  KEYS_ADVERTISED("AdvertisingKeys", 4, Ending.EXACT_OR_ABANDONED),
  SHARES_DEALT("SharingKeys", 4, Ending.EXACT_OR_ABANDONED),
  /** A device has its receipt: the test kills the process, not a fail point. */
  ACKNOWLEDGED(null, 4, Ending.EXACT_OR_ABANDONED),
  SURVIVORS_DURABLE("Confirming", 1, Ending.EXACT_OR_ABANDONED),
  UNMASKING(FailPoint.SHARES_REVEALED, 3, Ending.EXACT_OR_ABANDONED),
  MODEL_WRITTEN(FailPoint.MODEL_WRITTEN, 1, Ending.EXACT_OR_ABANDONED),
  PUBLISHED("Published", 1, Ending.EXACT);

  /** How the round may end in which the coordinator died. */
  enum Ending {
    EXACT,
    EXACT_OR_ABANDONED
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

  /** At which time that the moment comes the process dies: another one in each repeat. */
  int times(int repeat) {
    return 1 + repeat % most;
  }

  Ending ending() {
    return ending;
  }
}
