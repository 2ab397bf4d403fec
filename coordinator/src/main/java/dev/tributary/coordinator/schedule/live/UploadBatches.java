package dev.tributary.coordinator.schedule.live;

import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.schedule.Timeline;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what was added to the sums of a round durable, batch by batch: a checkpoint of the sum goes
 * to disk, then the journal says that it holds and which uploads are in it. One batch of a shard at
 * a time is on its way; what is added meanwhile is the next one. So a crash leaves the checkpoint
 * that the journal names, whole, and with it exactly the uploads whose devices may have been told.
 *
 * <p>Touched only by the lane of the task; packs and writes on the workers.
 */
final class UploadBatches {
  private static final Logger LOG = LoggerFactory.getLogger(UploadBatches.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final RoundRunner round;
  private final Services services;
  private final Executor lane;
  private final Owner owner;
  private final Map<Integer, Shard> shards = new HashMap<>();

  /** Whose uploads they are. */
  interface Owner {
    /** Whether the round still counts what is added to its sums. */
    boolean isCounting();

    /** Refuse everything that waits: the round has ended without it. */
    void giveUp();

    /** Whether more uploads may come, for which a batch may wait. */
    boolean awaitsMore();

    /**
     * Journal the batch; then run one of the two.
     *
     * @param refused the journal does not take it, or the round wants no more uploads
     */
    void journal(
        List<CountedUpload> batch,
        Optional<SumCheckpoint> checkpoint,
        Runnable done,
        Runnable refused);

    /** The disk has no room for a checkpoint now: it is tried again. */
    void delayed(List<CountedUpload> batch, StoreException because);
  }

  private static final class Shard {
    private int waitingCount;
    private Optional<SumCheckpoint> newest = Optional.empty();
    private boolean saving;
    private Timeline.@Nullable Alarm alarm;
  }

  UploadBatches(RoundRunner round, Services services, Executor lane, Owner owner) {
    this.round = round;
    this.services = services;
    this.lane = lane;
    this.owner = owner;
  }

  /** This is what holds now. */
  void restore(SumCheckpoint newest) {
    shard(newest.shard()).newest = Optional.of(newest);
  }

  /** One more upload is in the sum of the shard. */
  void added(int number) {
    shard(number).waitingCount++;
    saveIfDue(number);
  }

  /** Nothing more is waited for. */
  void hurry() {
    shards.keySet().forEach(this::saveIfDue);
  }

  private Shard shard(int number) {
    return shards.computeIfAbsent(number, missing -> new Shard());
  }

  private CheckpointPolicy policy() {
    return services.ledger().policy();
  }

  private void saveIfDue(int number) {
    Shard shard = shard(number);
    if (shard.saving || shard.waitingCount == 0) {
      return;
    }
    if (!owner.isCounting()) {
      shard.waitingCount = 0;
      owner.giveUp();
    } else if (!policy().enabled()
        || shard.waitingCount >= policy().batchUploads()
        || !policy().batchWait().isPositive()
        || !owner.awaitsMore()) {
      save(number, shard);
    } else if (shard.alarm == null) {
      shard.alarm =
          services
              .timeline()
              .at(
                  round.now().plus(policy().batchWait()),
                  () ->
                      lane.execute(
                          () -> {
                            shard.alarm = null;
                            saveIfWaited(number, shard);
                          }));
    }
  }

  private void saveIfWaited(int number, Shard shard) {
    if (!owner.isCounting()) {
      saveIfDue(number); // gives up
    } else if (!shard.saving && shard.waitingCount > 0) {
      save(number, shard);
    }
  }

  private void save(int number, Shard shard) {
    if (shard.alarm != null) {
      shard.alarm.cancel();
      shard.alarm = null;
    }
    shard.saving = true;
    shard.waitingCount = 0;
    round
        .worker()
        .sum(number)
        .snapshot(
            policy().enabled(),
            snapshot -> {
              if (snapshot.batch().isEmpty()) { // the batch before had it all
                lane.execute(() -> next(number, shard));
              } else {
                services.workers().execute(() -> write(number, shard, snapshot));
              }
            },
            failure -> lane.execute(() -> round.defect("a sum could not be packed", failure)));
  }

  /** On a worker. */
  private void write(int number, Shard shard, RoundSum.Snapshot snapshot) {
    Optional<SumCheckpoint> checkpoint;
    Instant begun = round.now();
    try {
      checkpoint =
          snapshot
              .packed()
              .map(
                  packed ->
                      services
                          .ledger()
                          .sums()
                          .save(round.id(), number, snapshot.uploads(), packed));
    } catch (StoreException e) {
      lane.execute(() -> delay(number, shard, snapshot, e));
      return;
    } catch (RuntimeException | Error e) {
      lane.execute(() -> round.defect("a checkpoint could not be written", e));
      return;
    }
    if (checkpoint.isPresent()) {
      services.meters().checkpoint(Duration.between(begun, round.now()));
    }
    lane.execute(
        () ->
            owner.journal(
                snapshot.batch(),
                checkpoint,
                () -> {
                  supersede(shard, checkpoint);
                  next(number, shard);
                },
                () -> next(number, shard)));
  }

  private void supersede(Shard shard, Optional<SumCheckpoint> checkpoint) {
    var before = shard.newest;
    shard.newest = checkpoint;
    before.ifPresent(
        old -> services.workers().execute(() -> services.ledger().sums().discard(round.id(), old)));
  }

  private void next(int number, Shard shard) {
    shard.saving = false;
    saveIfDue(number);
  }

  /** The uploads stay in the sum, and the batch is tried again until it is on disk. */
  private void delay(int number, Shard shard, RoundSum.Snapshot snapshot, StoreException because) {
    if (round.isOver()) {
      return;
    }
    LOG.warn("round {}: a checkpoint waits for the disk: {}", round.id(), because.getMessage());
    owner.delayed(snapshot.batch(), because);
    services
        .timeline()
        .at(
            round.now().plus(RETRY),
            () -> services.workers().execute(() -> write(number, shard, snapshot)));
  }
}
