package dev.tributary.client;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.client.session.DeviceState;

/**
 * Watches a client. Called on the thread that takes part, which waits meanwhile: return soon. What
 * it throws is logged and ignored.
 */
public interface ParticipationListener {

  /**
   * The device moved on.
   *
   * @param state where it stands now
   * @param reason for people
   */
  default void progressed(DeviceState state, String reason) {}

  /**
   * An update is ready to be sent. What is told here stays on the device.
   *
   * @param exampleCount examples that it comes from
   * @param meanLoss mean loss over them
   */
  default void built(RoundId round, int exampleCount, double meanLoss) {}

  /** A check-in ended. */
  default void finished(ParticipationOutcome outcome) {}

  /**
   * The background loop ended because the device's own state or code is broken; a person has to
   * look at it. Once its thread has ended, {@link FederatedClient#start} begins anew.
   */
  default void stopped(Throwable cause) {}
}
