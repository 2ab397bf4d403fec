package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.client.session.DeviceEffect.AwaitManifest;
import dev.tributary.client.session.DeviceEffect.AwaitPeers;
import dev.tributary.client.session.DeviceEffect.BuildUpdate;
import dev.tributary.client.session.DeviceEffect.ExchangeKeys;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.client.session.DeviceEvent.HostClosed;
import dev.tributary.client.session.DeviceEvent.KeysExchanged;
import dev.tributary.client.session.DeviceEvent.PeersAnnounced;
import dev.tributary.client.session.DeviceEvent.TermsAccepted;
import dev.tributary.client.session.DeviceEvent.UpdateBuilt;
import dev.tributary.client.session.DeviceState.Dropped;
import java.util.List;

/** In a round that has no update of this device yet: everything here can still be given up. */
public sealed interface Preparing extends InRound {
  @Override
  default DeviceTransition on(DeviceFailed event) {
    return Dropped.because(round(), event);
  }

  /**
   * Nothing of value is lost, and a coordinator that knows can give the place to another device.
   */
  @Override
  default DeviceTransition on(HostClosed event) {
    return on(
        new DeviceFailed(DeviceFailure.SHUTTING_DOWN, "the device's application is shutting down"));
  }

  /** Has a place in a round; its manifest is yet to come or to be answered. */
  record Enrolled(RoundId round) implements Preparing {
    @Override
    public String name() {
      return "enrolled";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString());
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(new AwaitManifest(round));
    }

    @Override
    public DeviceTransition on(TermsAccepted event) {
      return event.keyExchange()
          ? DeviceTransition.to(
              new Advertising(round, event.manifest()),
              "terms accepted",
              new ExchangeKeys(round, event.manifest()))
          : DeviceTransition.to(
              new Training(round, event.manifest()),
              "terms accepted",
              new BuildUpdate(round, event.manifest()));
    }
  }

  /**
   * Makes keys for the round, advertises them and deals shares. A device that is restarted here
   * goes on with the keys that it may have advertised: they are in its step, and this state need
   * not be durable.
   */
  record Advertising(RoundId round, ContentDigest manifest) implements Preparing {
    @Override
    public String name() {
      return "advertising";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString(), manifest.hex());
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(new ExchangeKeys(round, manifest));
    }

    @Override
    public DeviceTransition on(KeysExchanged event) {
      return DeviceTransition.to(
          new KeysShared(round, manifest), "keys exchanged", new AwaitPeers(round, manifest));
    }
  }

  /** Has shared its keys; waits for the devices to mask with. */
  record KeysShared(RoundId round, ContentDigest manifest) implements Preparing {
    @Override
    public String name() {
      return "keys-shared";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString(), manifest.hex());
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(new AwaitPeers(round, manifest));
    }

    @Override
    public DeviceTransition on(PeersAnnounced event) {
      return DeviceTransition.to(
          new Training(round, manifest), "peers announced", new BuildUpdate(round, manifest));
    }
  }

  /** Computes its update. */
  record Training(RoundId round, ContentDigest manifest) implements Preparing {
    @Override
    public String name() {
      return "training";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString(), manifest.hex());
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(new BuildUpdate(round, manifest));
    }

    @Override
    public DeviceTransition on(UpdateBuilt event) {
      var next =
          new Contributing.Uploading(
              round, manifest, event.upload(), event.update(), event.lengthBytes());
      return DeviceTransition.to(next, "update built", next.send());
    }
  }
}
