package dev.tributary.simulations.chaos;

import dev.tributary.simulations.chaos.Operation.CrashCoordinator;
import dev.tributary.simulations.chaos.fault.CrashWhen;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The crashes that wait for their moment. One thread at a time. */
final class CrashPlan {
  private final List<Armed> armed = new ArrayList<>();

  private static final class Armed {
    final CrashCoordinator crash;
    int left;

    Armed(CrashCoordinator crash) {
      this.crash = crash;
      this.left = crash.occurrence();
    }
  }

  void arm(CrashCoordinator crash) {
    armed.add(new Armed(crash));
  }

  boolean isEmpty() {
    return armed.isEmpty();
  }

  void disarm() {
    armed.clear();
  }

  /** The first crash whose time has come with these moments, if one's has. */
  Optional<CrashCoordinator> at(Set<CrashWhen> moments) {
    Optional<CrashCoordinator> due = Optional.empty();
    for (Iterator<Armed> each = armed.iterator(); each.hasNext(); ) {
      Armed next = each.next();
      if (moments.contains(next.crash.when()) && --next.left <= 0 && due.isEmpty()) {
        due = Optional.of(next.crash);
        each.remove();
      }
    }
    return due;
  }
}
