package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.coordinator.fault.FailPoint;
import dev.tributary.coordinator.publish.ComputedResult;
import dev.tributary.coordinator.publish.RoundComputationException;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.schedule.ledger.ResumedRound;
import dev.tributary.coordinator.schedule.ledger.SumFiles;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of a round that is too heavy for its lane: the sums, their opening, the result. Called
 * on the lane; works on the workers; reports back to the lane as events.
 */
final class RoundWorker {
  private static final Logger LOG = LoggerFactory.getLogger(RoundWorker.class);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final RoundRunner round;
  private final Services services;
  private final Executor lane;
  private Optional<ComputedResult> result = Optional.empty();
  private final Map<Integer, RoundSum> sums = new HashMap<>();
  private @Nullable AggregateSum aggregate;

  RoundWorker(RoundRunner round, Services services, Executor lane) {
    this.round = round;
    this.services = services;
    this.lane = lane;
  }

  /** Begins with what another process had summed. */
  void restore(ResumedRound resumed) {
    resumed.sums().forEach((shard, sum) -> sum(shard).restore(sum));
    aggregate = resumed.opened().orElse(null);
  }

  /** The partial sum of a shard; made when its first upload comes. */
  RoundSum sum(int shard) {
    return sums.computeIfAbsent(
        shard,
        number ->
            new RoundSum(
                "sum " + number + " of " + round.id(),
                RoundProtocol.of(round.plan().protocol()),
                round.work().quantization(),
                services.workers()));
  }

  Optional<ComputedResult> result() {
    return result;
  }

  /** Opens a sum without masks, which must hold as many uploads as the journal says. */
  void unmask(int survivorCount) {
    open(List.of(new Opening(0, survivorCount, List.of())), Set.of());
  }

  /**
   * Opens the sums of shards, one after the other, each on all processors, and adds them up.
   *
   * @param openings at least one
   * @param unopened shards that stay closed
   */
  void open(List<Opening> openings, Set<Integer> unopened) {
    openNext(new ArrayDeque<>(openings), Optional.empty(), unopened);
  }

  /**
   * A sum to be opened.
   *
   * @param survivorCount how many uploads it must hold
   * @param masks what is applied to it; destroyed afterwards
   */
  record Opening(int shard, int survivorCount, List<Mask> masks) {}

  private void openNext(Queue<Opening> left, Optional<AggregateSum> before, Set<Integer> unopened) {
    if (!(round.decided() instanceof RoundState.Unmasking)) { // given up in the meantime
      left.forEach(opening -> forget(opening.masks()));
      return;
    }
    Opening next = left.poll();
    if (next == null) {
      aggregate = before.orElseThrow();
      keep(aggregate, unopened);
      return;
    }
    sum(next.shard())
        .unmask(
            next.masks(),
            Runtime.getRuntime().availableProcessors(),
            opened -> {
              forget(next.masks());
              if (opened.devices() != next.survivorCount()) { // would be a double or a lost count
                lane.execute(
                    () ->
                        round.fail(
                            "the sum has "
                                + opened.devices()
                                + " uploads, the journal "
                                + next.survivorCount()));
                return;
              }
              AggregateSum together = before.map(sum -> sum.plus(opened)).orElse(opened);
              lane.execute(() -> openNext(left, Optional.of(together), unopened));
            },
            failure -> {
              forget(next.masks());
              lane.execute(() -> round.defect("the sum could not be opened", failure));
            });
  }

  /** The open sum goes to disk, so that its masks can be forgotten; then the round goes on. */
  private void keep(AggregateSum sum, Set<Integer> unopened) {
    if (!services.ledger().policy().enabled()) {
      round.on(new RoundEvent.SumUnmasked(round.now(), unopened));
      return;
    }
    services
        .workers()
        .execute(
            () -> {
              try {
                var checkpoint =
                    services
                        .ledger()
                        .sums()
                        .save(round.id(), SumFiles.OPEN_SUM, sum.devices(), sum.packed());
                lane.execute(
                    () ->
                        round.on(
                            new RoundEvent.SumUnmasked(
                                round.now(), unopened, Optional.of(checkpoint))));
              } catch (StoreException e) {
                LOG.warn("round {}: its sum waits for the disk: {}", round.id(), e.getMessage());
                services
                    .timeline()
                    .at(round.now().plus(RETRY), () -> lane.execute(() -> again(sum, unopened)));
              } catch (RuntimeException | Error e) {
                lane.execute(() -> round.defect("the open sum could not be kept", e));
              }
            });
  }

  private void again(AggregateSum sum, Set<Integer> unopened) {
    if (!round.isOver()) {
      keep(sum, unopened);
    }
  }

  /** Overwrites the keys of masks that have no more use. */
  static void forget(List<Mask> masks) {
    masks.forEach(mask -> mask.key().destroy());
  }

  /** Computes the result from the open sum. */
  void compute(ModelVersion base) {
    var opened = aggregate;
    if (opened == null) {
      round.fail("there is no open sum to compute from");
      return;
    }
    var computation = round.work().computation(base);
    services
        .workers()
        .execute(
            () -> {
              try {
                var computed = computation.compute(opened);
                FailPoint.reached(FailPoint.MODEL_WRITTEN);
                lane.execute(
                    () -> {
                      result = Optional.of(computed);
                      round.computed(computed);
                    });
              } catch (RoundComputationException e) {
                lane.execute(() -> round.fail(String.valueOf(e.getMessage())));
              } catch (RuntimeException | Error e) {
                lane.execute(() -> round.defect("the result could not be computed", e));
              }
            });
  }

  /** Frees the memory of the sums. */
  void discard() {
    sums.clear();
    aggregate = null;
  }
}
