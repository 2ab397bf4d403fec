package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.store.Reply;

/** Why a device is told no in the steps of secure aggregation. Touched only by the lane. */
final class SessionRefusals {
  private final RoundRunner round;

  SessionRefusals(RoundRunner round) {
    this.round = round;
  }

  boolean isSecure(DeviceId device, Reply<?> reply) {
    if (!round.isMember(device)) {
      reply.fail(
          new RejectedException(
              RejectReason.NOT_IN_ROUND, "device " + device + " is not in round " + round.id()));
      return false;
    }
    if (round.plan().secureAggregation().isEmpty()) {
      refuse(reply, RejectReason.WRONG_STATE, "it has no secure aggregation");
      return false;
    }
    return true;
  }

  boolean isConfirming(Reply<?> reply) {
    boolean confirming =
        round.plan().secureAggregation().map(secure -> secure.confirmation()).orElse(true);
    if (!confirming) {
      refuse(reply, RejectReason.WRONG_STATE, "its survivors are not confirmed");
    }
    return confirming;
  }

  boolean tooEarly(Reply<?> reply) {
    return refuse(reply, RejectReason.WRONG_STATE, "it has not come to this step");
  }

  boolean tooLate(Reply<?> reply) {
    return refuse(
        reply, RejectReason.ROUND_CLOSED, "this step is over, or went on without the device");
  }

  boolean notAdvertised(DeviceId device, Reply<?> reply) {
    return refuse(reply, RejectReason.NOT_ADVERTISED, "device " + device + " is not in the roster");
  }

  boolean over(Abandoned state, Reply<?> reply) {
    return refuse(
        reply, RejectReason.ROUND_ABANDONED, state.because().code() + ": " + state.detail());
  }

  boolean failed(Reply<?> reply) {
    return refuse(reply, RejectReason.ROUND_ABANDONED, "it failed");
  }

  private boolean refuse(Reply<?> reply, RejectReason reason, String why) {
    reply.fail(new RejectedException(reason, "round " + round.id() + ": " + why));
    return true;
  }
}
