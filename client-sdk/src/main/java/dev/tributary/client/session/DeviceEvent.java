package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;

/** Something that happened to a device in a round. */
public sealed interface DeviceEvent {

  /**
   * The step that this event causes in {@code state}.
   *
   * @throws dev.tributary.security.BugException when it cannot happen there: the driver of the
   *     machine is wrong
   */
  DeviceTransition in(DeviceState state);

  /**
   * Whether a device that forgot this event in a crash comes to it again by itself, with the same
   * result: what belongs to it was durable before, in the step of the key protocol, or nothing
   * does. Such an event need not be durable at once.
   */
  default boolean comesAgain() {
    return false;
  }

  /** The coordinator gave this device a place in a round that is being put together. */
  record RoundAssigned(RoundId round) implements DeviceEvent {
    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /**
   * The round began and this device's policies consent to its manifest. After a crash the device
   * reads the terms again, and consents again; if it had made keys, to those of its keys only.
   */
  record TermsAccepted(ContentDigest manifest, boolean keyExchange) implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** This device's keys and shares have reached the coordinator. */
  record KeysExchanged() implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The devices with which this one masks are known. */
  record PeersAnnounced() implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The update is computed and durable on this device. */
  record UpdateBuilt(UploadId upload, ContentDigest update, long lengthBytes)
      implements DeviceEvent {
    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The coordinator has the whole update. */
  record UploadAcknowledged() implements DeviceEvent {
    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The coordinator asks for what it needs to unmask the sum. */
  record UnmaskRequested() implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** That answer has reached the coordinator. */
  record SharesRevealed() implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The round needs nothing more from this device. */
  record RoundReleased() implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /**
   * The round is over for this device, by the coordinator's word or because its deadline passed
   * unreached.
   */
  record RoundRefused(String code, String detail) implements DeviceEvent {
    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** This device cannot or will not go on. */
  record DeviceFailed(DeviceFailure failure, String detail) implements DeviceEvent {
    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The embedding application closed the client. */
  record HostClosed() implements DeviceEvent {
    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }

  /** The outcome of the participation has been taken note of. */
  record ParticipationEnded() implements DeviceEvent {
    @Override
    public boolean comesAgain() {
      return true;
    }

    @Override
    public DeviceTransition in(DeviceState state) {
      return state.on(this);
    }
  }
}
