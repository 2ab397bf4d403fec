package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.DeviceEffect.AwaitRelease;
import dev.tributary.client.session.DeviceEffect.DiscardUpdates;
import dev.tributary.client.session.DeviceEffect.RevealShares;
import dev.tributary.client.session.DeviceEffect.SendUpload;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.client.session.DeviceEvent.RoundReleased;
import dev.tributary.client.session.DeviceEvent.SharesRevealed;
import dev.tributary.client.session.DeviceEvent.UnmaskRequested;
import dev.tributary.client.session.DeviceEvent.UploadAcknowledged;
import dev.tributary.client.session.DeviceState.Done;
import dev.tributary.client.session.DeviceState.Dropped;
import java.util.List;

/**
 * In a round with a finished update of this device: closing gives nothing up, the next start goes
 * on from here.
 */
public sealed interface Contributing extends InRound {
  @Override
  default DeviceTransition on(DeviceFailed event) {
    return Dropped.because(round(), event);
  }

  /** Has a finished, durable update that the coordinator has not acknowledged. */
  record Uploading(
      RoundId round,
      ContentDigest manifest,
      UploadId upload,
      ContentDigest update,
      long lengthBytes)
      implements Contributing {
    @Override
    public String name() {
      return "uploading";
    }

    @Override
    public List<String> fields() {
      return List.of(
          round.toString(),
          manifest.hex(),
          upload.toString(),
          update.hex(),
          Long.toString(lengthBytes));
    }

    public Uploading {
      if (lengthBytes < 1) {
        throw new IllegalArgumentException("an update has at least 1 byte, not " + lengthBytes);
      }
    }

    SendUpload send() {
      return new SendUpload(round, manifest, upload, update, lengthBytes);
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(send());
    }

    @Override
    public DeviceTransition on(UploadAcknowledged event) {
      Uploaded next = new Uploaded(round);
      return new DeviceTransition(next, next.resume(), "acknowledged");
    }
  }

  /** The coordinator has the update; it may still ask for help with unmasking. */
  record Uploaded(RoundId round) implements Contributing {
    @Override
    public String name() {
      return "uploaded";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString());
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(new DiscardUpdates(), new AwaitRelease(round));
    }

    @Override
    public DeviceTransition on(UnmaskRequested event) {
      return DeviceTransition.to(new Unmasking(round), "asked to unmask", new RevealShares(round));
    }

    @Override
    public DeviceTransition on(RoundReleased event) {
      return Done.because(round, "released");
    }
  }

  /** Helps the coordinator to unmask the sum. */
  record Unmasking(RoundId round) implements Contributing {
    @Override
    public String name() {
      return "unmasking";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString());
    }

    @Override
    public List<DeviceEffect> resume() {
      return List.of(new RevealShares(round));
    }

    @Override
    public DeviceTransition on(SharesRevealed event) {
      return Done.because(round, "shares revealed");
    }
  }
}
