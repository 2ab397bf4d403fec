package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.client.session.DeviceEvent.RoundRefused;
import dev.tributary.client.session.DeviceState.Dropped;
import java.util.Optional;

/** In a round that is not over for this device: its coordinator can end it at any moment. */
public sealed interface InRound extends DeviceState permits Preparing, Contributing {

  /** Which round. */
  RoundId round();

  @Override
  default Optional<RoundId> currentRound() {
    return Optional.of(round());
  }

  @Override
  default DeviceTransition on(RoundRefused event) {
    return Dropped.because(round(), event);
  }
}
