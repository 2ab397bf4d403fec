package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Failed;
import dev.tributary.coordinator.round.RoundState.Live;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.plan.Shards;
import dev.tributary.coordinator.store.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What devices of one round are told, from its durable state. Touched only by the lane of its task.
 */
public final class RoundAnswers {
  private final RoundRunner round;

  public RoundAnswers(RoundRunner round) {
    this.round = round;
  }

  /** Answers as soon as the cohort is fixed; empty if it is not after this wait. */
  public void manifest(DeviceId device, Duration maxWait, Reply<Optional<RoundManifest>> reply) {
    if (!round.isMember(device)) {
      reply.fail(notInRound(device));
      return;
    }
    round
        .waiters()
        .await(() -> tryManifest(device, reply), maxWait, () -> reply.succeed(Optional.empty()));
  }

  /** Answers as soon as the round has ended; RUNNING if it has not after this wait. */
  public void result(DeviceId device, Duration maxWait, Reply<RoundResult> reply) {
    if (!round.isMember(device)) {
      reply.fail(notInRound(device));
      return;
    }
    round
        .waiters()
        .await(
            () -> tryResult(reply),
            maxWait,
            () -> reply.succeed(RoundResult.without(round.id(), RoundOutcome.RUNNING, "")));
  }

  private boolean tryManifest(DeviceId device, Reply<Optional<RoundManifest>> reply) {
    return switch (round.durable()) {
      case Planned s -> false;
      case Enrolling s when s.enrolled().contains(device) -> false;
      case Enrolling s -> refused(reply, RejectReason.ROUND_CLOSED, "the device has left it");
      case AdvertisingKeys s when s.cohort().contains(device) ->
          told(reply, s.shards(), device, s.deadline().plus(stepsAfter(2)));
      case AdvertisingKeys s -> refused(reply, RejectReason.ROUND_CLOSED, "the device has left it");
      case SharingKeys s when s.cohort().contains(device) ->
          told(reply, s.shards(), device, s.deadline().plus(stepsAfter(1)));
      case SharingKeys s -> refused(reply, RejectReason.ROUND_CLOSED, "the device has left it");
      case Collecting s when s.cohort().contains(device) && !s.dropped().contains(device) ->
          told(reply, s.shards(), device, s.deadline());
      case Collecting s -> refused(reply, RejectReason.ROUND_CLOSED, "the device has left it");
      case Confirming s -> refused(reply, RejectReason.ROUND_CLOSED, "it takes no more uploads");
      case Unmasking s -> refused(reply, RejectReason.ROUND_CLOSED, "it takes no more uploads");
      case Optimizing s -> refused(reply, RejectReason.ROUND_CLOSED, "it takes no more uploads");
      case Publishing s -> refused(reply, RejectReason.ROUND_CLOSED, "it takes no more uploads");
      case Published s -> refused(reply, RejectReason.ROUND_CLOSED, "it is published");
      case Abandoned s ->
          refused(reply, RejectReason.ROUND_ABANDONED, s.because().code() + ": " + s.detail());
      case Failed s -> refused(reply, RejectReason.ROUND_ABANDONED, "it failed");
    };
  }

  private boolean told(
      Reply<Optional<RoundManifest>> reply, Shards shards, DeviceId device, Instant uploadsEnd) {
    reply.succeed(
        Optional.of(
            manifestOf(
                round, shards, shards.of(device), Duration.between(round.now(), uploadsEnd))));
    return true;
  }

  /** From the end of a step of the key exchange to the end of uploads, at the latest. */
  private Duration stepsAfter(int steps) {
    Duration step = round.plan().secureAggregation().orElseThrow().step();
    return round.plan().reporting().plus(step.multipliedBy(steps - 1));
  }

  private boolean tryResult(Reply<RoundResult> reply) {
    return switch (round.durable()) {
      case Live s -> false;
      case Published s -> {
        reply.succeed(RoundResult.published(round.id(), s.result()));
        yield true;
      }
      case Abandoned s -> {
        reply.succeed(
            RoundResult.without(
                round.id(), RoundOutcome.ABANDONED, s.because().code() + ": " + s.detail()));
        yield true;
      }
      case Failed s -> {
        reply.succeed(RoundResult.without(round.id(), RoundOutcome.FAILED, s.cause()));
        yield true;
      }
    };
  }

  private boolean refused(Reply<?> reply, RejectReason reason, String why) {
    reply.fail(new RejectedException(reason, "round " + round.id() + ": " + why));
    return true;
  }

  private RejectedException notInRound(DeviceId device) {
    return new RejectedException(
        RejectReason.NOT_IN_ROUND, "device " + device + " is not in round " + round.id());
  }

  /** What the devices of a shard are told, {@code remaining} before uploads are over. */
  static RoundManifest manifestOf(RoundRunner round, Shards shards, int shard, Duration remaining) {
    var from =
        round.base().orElseThrow(() -> new IllegalStateException("a started round has a base"));
    return round
        .work()
        .manifest(
            round.plan(),
            from,
            round.plan().shard(shard, shards.count()),
            Math.max(0, remaining.toMillis()));
  }
}
