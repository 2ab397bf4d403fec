package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.Revocable;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Terminal;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.RoundStateName;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.plan.Shards;
import dev.tributary.coordinator.schedule.ledger.ResumedRound;
import dev.tributary.coordinator.schedule.ledger.ResumedRound.Said;
import dev.tributary.coordinator.schedule.ledger.RoundEntries;
import dev.tributary.coordinator.schedule.ledger.RoundHistory;
import dev.tributary.coordinator.schedule.ledger.RoundViews;
import dev.tributary.coordinator.schedule.ledger.SumFiles;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.coordinator.store.RoundJournal.Row;
import dev.tributary.coordinator.store.StoreException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up the rounds that a coordinator left open when it died, in the step in which they were:
 * the journal is replayed, sums come back from their checkpoints, sessions from the messages that
 * were kept. What cannot be taken up is ended, with its reason. A round whose keys were still being
 * exchanged is abandoned: key material of an interrupted session is never used. Blocks, for
 * starting up.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);
  private static final String RESTARTED = "coordinator restarted";

  private final Services services;
  private final List<RoundHistory> left = new ArrayList<>();
  private int endedCount;
  private int resumedCount;

  Recovery(Services services) {
    this.services = services;
  }

  /** Reads the journals of all rounds that are open; those that tell nothing are given up. */
  void read() {
    for (var row : Reply.await(services.journal().open())) {
      try {
        left.add(RoundHistory.of(row, Reply.await(services.journal().entries(row.round()))));
      } catch (StoreException e) {
        if (e.kind() != StoreException.Kind.CORRUPT) {
          throw e;
        }
        giveUp(row, e);
      }
    }
    services
        .ledger()
        .keepOnly(left.stream().map(RoundHistory::round).collect(Collectors.toUnmodifiableSet()));
  }

  /** Rounds that have been ended. */
  int endedCount() {
    return endedCount;
  }

  /** Rounds that go on. */
  int resumedCount() {
    return resumedCount;
  }

  /** Has the task take up its rounds, on its lane; ends those that it cannot. */
  void resume(TaskRunner runner) {
    for (var history : left) {
      if (!history.round().task().equals(runner.config().name())) {
        continue;
      }
      try {
        var resumed = resumed(history, runner);
        // at once: a device that asks before the lane comes to it has its place already
        history.engaged().forEach(device -> services.engagements().claim(device, history.round()));
        runner.lane().execute(() -> runner.resume(resumed));
        resumedCount++;
        LOG.info(
            "round {} goes on: it was {} when the coordinator died",
            history.round(),
            RoundStateName.of(history.state()).text());
      } catch (NotResumableException e) {
        end(history, String.valueOf(e.getMessage()));
      } catch (StoreException e) {
        LOG.error("ALERT: round {} cannot go on: {}", history.round(), e.getMessage());
        end(history, RESTARTED + ": " + e.getMessage());
      }
    }
  }

  /** Says why a round cannot be taken up. */
  private static final class NotResumableException extends Exception {
    private static final long serialVersionUID = 1L;

    NotResumableException(String why) {
      super(RESTARTED + why);
    }
  }

  private ResumedRound resumed(RoundHistory history, TaskRunner runner)
      throws NotResumableException {
    var base = base(history, runner);
    return switch (history.state()) {
      case Planned _, Enrolling _ ->
          new ResumedRound(history, base, Map.of(), Optional.empty(), List.of());
      case AdvertisingKeys _, SharingKeys _ ->
          throw new NotResumableException(" while keys were exchanged; they are not used again");
      case Collecting s -> summed(history, base, runner, s.shards(), s.counted());
      case Confirming s -> summed(history, base, runner, s.shards(), s.survivors());
      case Unmasking s -> summed(history, base, runner, s.shards(), s.survivors());
      case Optimizing _, Publishing _ ->
          new ResumedRound(
              history, base, Map.of(), Optional.of(opened(history, runner)), List.of());
      case Terminal _ -> throw new IllegalStateException(history.round() + " has ended");
    };
  }

  private Optional<ModelVersion> base(RoundHistory history, TaskRunner runner)
      throws NotResumableException {
    if (history.base().isEmpty()) {
      return Optional.empty();
    }
    var trained = Tasks.trainingTask(runner.config());
    var version =
        Reply.await(services.registry().withDigest(history.base().get())).stream()
            .filter(each -> each.task().equals(trained))
            .findFirst();
    if (version.isEmpty()) {
      throw new NotResumableException(", and the model that the round builds on is not there");
    }
    return version;
  }

  private ResumedRound summed(
      RoundHistory history,
      Optional<ModelVersion> base,
      TaskRunner runner,
      Shards shards,
      Map<?, CountedUpload> counted)
      throws NotResumableException {
    if (!history.isInCheckpoints()) {
      throw new NotResumableException("; its sum was in memory only");
    }
    var sums = new HashMap<Integer, MaskedAccumulator>();
    var uploads = new HashMap<Integer, Integer>();
    counted.values().forEach(upload -> uploads.merge(shards.of(upload.device()), 1, Integer::sum));
    for (var shard : uploads.keySet()) {
      SumCheckpoint checkpoint = history.checkpoints().get(shard);
      if (checkpoint == null || checkpoint.uploads() != uploads.get(shard)) {
        throw new NotResumableException(
            "; the journal counts "
                + uploads.get(shard)
                + " uploads in shard "
                + shard
                + ", its checkpoint "
                + (checkpoint == null ? "is missing" : "holds " + checkpoint.uploads()));
      }
      sums.put(shard, sum(history, checkpoint, runner));
    }
    return new ResumedRound(history, base, sums, Optional.empty(), messages(history));
  }

  private MaskedAccumulator sum(RoundHistory history, SumCheckpoint checkpoint, TaskRunner runner) {
    var sum =
        RoundProtocol.of(history.plan().protocol()).newAccumulator(runner.work().quantization());
    try (var source = services.ledger().sums().load(history.round(), checkpoint)) {
      sum.addSum(source, checkpoint.uploads());
      return sum;
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(history.round(), e);
    }
  }

  private AggregateSum opened(RoundHistory history, TaskRunner runner)
      throws NotResumableException {
    SumCheckpoint checkpoint = history.checkpoints().get(SumFiles.OPEN_SUM);
    if (checkpoint == null) {
      throw new NotResumableException("; its sum was in memory only");
    }
    try (var source = services.ledger().sums().load(history.round(), checkpoint)) {
      return AggregateSum.unpacked(runner.work().quantization(), source, checkpoint.uploads());
    } catch (IOException | IllegalArgumentException e) {
      throw unusable(history.round(), e);
    }
  }

  private static StoreException unusable(RoundId round, Exception cause) {
    return new StoreException(
        StoreException.Kind.CORRUPT,
        "a checkpoint of round " + round + " cannot be used: " + cause.getMessage(),
        cause);
  }

  private List<Said> messages(RoundHistory history) throws NotResumableException {
    if (history.plan().secureAggregation().isEmpty()) {
      return List.of();
    }
    var vault = services.ledger().vaults().find(history.round());
    if (vault.isEmpty()) {
      throw new NotResumableException("; what its devices said was in memory only");
    }
    return Reply.await(services.journal().messages(history.round())).stream()
        .map(each -> new Said(each.step(), each.device(), vault.get().open(each)))
        .toList();
  }

  /** One round that cannot be read is no reason to serve none of the others. */
  private void giveUp(Row row, StoreException damage) {
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
    Reply.await(services.journal().giveUp(failed));
    endedCount++;
  }

  private void end(RoundHistory history, String detail) {
    RoundState state = history.state();
    var now = services.timeline().now();
    RoundEvent event =
        state instanceof Revocable
            ? new RoundEvent.RoundCancelled(now, AbandonReason.COORDINATOR_RESTARTED, detail)
            : new RoundEvent.DefectFound(
                now, detail + ", while " + RoundStateName.of(state).text());
    Transition step = RoundMachine.on(state, event);
    var progress =
        RoundViews.after(
            RoundViews.progress(history.row()), step.next(), now, step.reason(), Optional.empty());
    LOG.warn(
        "round {} was {} when the coordinator died: {}",
        history.round(),
        history.row().state(),
        step.reason());
    Reply.await(
        services
            .journal()
            .append(
                history.round(),
                history.steps().size(),
                RoundEntries.entry(event),
                RoundViews.row(progress),
                List.of(),
                services.journal().forgettingMessages(history.round())));
    services.ledger().discard(history.round());
    endedCount++;
  }
}
