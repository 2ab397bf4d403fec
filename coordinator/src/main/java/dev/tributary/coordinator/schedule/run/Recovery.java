package dev.tributary.coordinator.schedule.run;

import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundState.Revocable;
import dev.tributary.coordinator.round.RoundStateName;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.schedule.live.RoundEntries;
import dev.tributary.coordinator.schedule.live.RoundViews;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.RoundJournal.Entry;
import dev.tributary.coordinator.store.RoundJournal.Row;
import dev.tributary.coordinator.store.StoreException;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends the rounds that a coordinator left open when it died. Their state is read back from the
 * journal; their partial sums were in memory only, so they are abandoned, or, where the sum was
 * open already, failed. A round whose version was published is not among them: both happen in one
 * transaction.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final String RESTARTED = "coordinator restarted";

  private final Services services;

  Recovery(Services services) {
    this.services = services;
  }

  /** Ends all of them; the number of rounds ended. */
  Future<Integer> endOpenRounds() {
    return services
        .journal()
        .open()
        .compose(
            rows -> {
              var ended = rows.stream().map(this::end).toList();
              return ended.isEmpty()
                  ? Future.succeededFuture(0)
                  : Future.all(ended).map(all -> ended.size());
            });
  }

  private Future<Integer> end(Row row) {
    return services
        .journal()
        .entries(row.round())
        .compose(entries -> end(row, entries))
        .recover(cause -> isDamage(cause) ? giveUp(row, cause) : Future.failedFuture(cause));
  }

  private static boolean isDamage(Throwable cause) {
    return cause instanceof StoreException e && e.kind() == StoreException.Kind.CORRUPT;
  }

  /** One round that cannot be read is no reason to serve none of the others. */
  private Future<Integer> giveUp(Row row, Throwable damage) {
    LOG.error(
        "ALERT: round {} was {} when the coordinator died and is given up: {}",
        row.round(),
        row.state(),
        damage.getMessage());
    Row failed =
        RoundViews.row(
            RoundViews.failed(
                RoundViews.progress(row),
                services.timeline().now(),
                "its journal is damaged: " + damage.getMessage()));
    return services.journal().giveUp(failed);
  }

  private Future<Integer> end(Row row, List<Entry> entries) {
    RoundState state = replay(row, entries);
    var now = services.timeline().now();
    RoundEvent event =
        state instanceof Revocable
            ? new RoundEvent.RoundCancelled(now, AbandonReason.COORDINATOR_RESTARTED, RESTARTED)
            : new RoundEvent.DefectFound(
                now, RESTARTED + " while " + RoundStateName.of(state).text());
    Transition step = RoundMachine.on(state, event);
    var progress =
        RoundViews.after(
            RoundViews.progress(row), step.next(), now, step.reason(), Optional.empty());
    LOG.warn(
        "round {} was {} when the coordinator died: {}", row.round(), row.state(), step.reason());
    return services
        .journal()
        .append(
            row.round(),
            entries.size(),
            RoundEntries.entry(event),
            RoundViews.row(progress),
            List.of(),
            connection -> 0);
  }

  /** The state that the journal leads to. */
  static RoundState replay(Row row, List<Entry> entries) {
    if (entries.isEmpty()
        || !(RoundEventCodec.decode(entries.getFirst().payload())
            instanceof RoundEvent.RoundPlanned p)) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "the journal of round " + row.round() + " does not begin with its plan");
    }
    RoundState state = RoundMachine.begin(p);
    for (var entry : entries.subList(1, entries.size())) {
      Transition step = RoundMachine.on(state, RoundEventCodec.decode(entry.payload()));
      if (!(step.verdict() instanceof Transition.Verdict.Accepted)) {
        throw new StoreException(
            StoreException.Kind.CORRUPT,
            "the journal of round "
                + row.round()
                + " holds '"
                + entry.type()
                + "', which "
                + step.reason());
      }
      state = step.next();
    }
    return state;
  }
}
