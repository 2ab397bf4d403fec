package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.coordinator.publish.ComputedResult;
import dev.tributary.coordinator.publish.RoundComputationException;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.schedule.work.Services;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * The part of a round that is too heavy for its lane: the sum, its opening, the result. Called on
 * the lane; works on the workers; reports back to the lane as events.
 */
final class RoundWorker {
  private final RoundRunner round;
  private final Services services;
  private final Executor lane;
  private Optional<ComputedResult> result = Optional.empty();
  private @Nullable RoundSum sum;
  private @Nullable AggregateSum aggregate;

  RoundWorker(RoundRunner round, Services services, Executor lane) {
    this.round = round;
    this.services = services;
    this.lane = lane;
  }

  /** The partial sum; made when the first upload comes. */
  RoundSum sum() {
    if (sum == null) {
      sum =
          new RoundSum(
              "sum of " + round.id(),
              RoundProtocol.of(round.plan().protocol()),
              round.work().quantization(),
              services.workers());
    }
    return sum;
  }

  Optional<ComputedResult> result() {
    return result;
  }

  /** Opens the sum, which must hold as many uploads as the journal says. */
  void unmask(int survivorCount) {
    sum()
        .unmask(
            opened ->
                lane.execute(
                    () -> {
                      if (opened.devices() != survivorCount) { // would be a double or a lost count
                        round.fail(
                            "the sum has "
                                + opened.devices()
                                + " uploads, the journal "
                                + survivorCount);
                        return;
                      }
                      aggregate = opened;
                      round.on(new RoundEvent.SumUnmasked(round.now()));
                    }),
            failure -> lane.execute(() -> round.defect("the sum could not be opened", failure)));
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
                lane.execute(
                    () -> {
                      result = Optional.of(computed);
                      round.on(new RoundEvent.ModelOptimized(round.now(), computed.digest()));
                    });
              } catch (RoundComputationException e) {
                lane.execute(() -> round.fail(String.valueOf(e.getMessage())));
              } catch (RuntimeException | Error e) {
                lane.execute(() -> round.defect("the result could not be computed", e));
              }
            });
  }

  /** Frees the memory of the sum. */
  void discard() {
    sum = null;
    aggregate = null;
  }
}
