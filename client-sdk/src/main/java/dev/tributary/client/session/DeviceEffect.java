package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import java.util.Optional;

/** Something for the device to do. Each may be done again after a restart without harm. */
public sealed interface DeviceEffect {

  /**
   * Has {@code runner} do it.
   *
   * @return what came of it; empty for effects that nothing waits for
   */
  Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException;

  /** Does effects; one method each. */
  interface Runner {
    DeviceEvent awaitManifest(RoundId round) throws InterruptedException;

    DeviceEvent exchangeKeys(RoundId round, ContentDigest manifest) throws InterruptedException;

    DeviceEvent awaitPeers(RoundId round, ContentDigest manifest) throws InterruptedException;

    DeviceEvent buildUpdate(RoundId round, ContentDigest manifest) throws InterruptedException;

    DeviceEvent sendUpload(SendUpload upload) throws InterruptedException;

    DeviceEvent awaitRelease(RoundId round) throws InterruptedException;

    DeviceEvent revealShares(RoundId round) throws InterruptedException;

    void discardUpdates();

    void forgetRound();

    void reportFailure(RoundId round, DeviceFailure failure, String detail)
        throws InterruptedException;
  }

  /** Wait until the round begins, fetch its manifest and ask the policies. */
  record AwaitManifest(RoundId round) implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.awaitManifest(round));
    }
  }

  /** Make the round's keys unless they are made, advertise them, and deal shares to the peers. */
  record ExchangeKeys(RoundId round, ContentDigest manifest) implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.exchangeKeys(round, manifest));
    }
  }

  /** Wait until the devices to mask with are known. */
  record AwaitPeers(RoundId round, ContentDigest manifest) implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.awaitPeers(round, manifest));
    }
  }

  /** Fetch the model, train or evaluate, and keep the finished update durably. */
  record BuildUpdate(RoundId round, ContentDigest manifest) implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.buildUpdate(round, manifest));
    }
  }

  /** Send the kept update, from where an earlier attempt broke off. */
  record SendUpload(
      RoundId round,
      ContentDigest manifest,
      UploadId upload,
      ContentDigest update,
      long lengthBytes)
      implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.sendUpload(this));
    }
  }

  /**
   * Stay at hand until the round needs nothing more, or asks to unmask; confirm who is in the sum
   * when it asks for that.
   */
  record AwaitRelease(RoundId round) implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.awaitRelease(round));
    }
  }

  /** Send what the coordinator needs to unmask the sum. */
  record RevealShares(RoundId round) implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      return Optional.of(runner.revealShares(round));
    }
  }

  /** Delete every kept update, also one that a crash left without a state that names it. */
  record DiscardUpdates() implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) {
      runner.discardUpdates();
      return Optional.empty();
    }
  }

  /** Delete everything that was kept for a round: updates, and the secrets of its keys. */
  record ForgetRound() implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) {
      runner.forgetRound();
      return Optional.empty();
    }
  }

  /** Tell the coordinator, once and without insisting, that this device is out. */
  record ReportFailure(RoundId round, DeviceFailure failure, String detail)
      implements DeviceEffect {
    @Override
    public Optional<DeviceEvent> runBy(Runner runner) throws InterruptedException {
      runner.reportFailure(round, failure, detail);
      return Optional.empty();
    }
  }
}
