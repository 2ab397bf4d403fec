package dev.tributary.client;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes part again and again, with the waits in between, until its thread is interrupted. */
final class CheckInLoop {

  private static final Logger LOG = LoggerFactory.getLogger(CheckInLoop.class);

  private final FederatedClient client;
  private final Surroundings surroundings;

  CheckInLoop(FederatedClient client, Surroundings surroundings) {
    this.client = client;
    this.surroundings = surroundings;
  }

  void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        surroundings.clock().pause(client.waitBeforeNext());
        ParticipationOutcome outcome = client.participate();
        LOG.debug("device {}: {}", client.device(), outcome);
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException broken) {
      if (!client.isClosed()) {
        LOG.error("device {} stops taking part", client.device(), broken);
        Callbacks.run(surroundings.listener(), l -> l.stopped(broken));
      }
    }
  }
}
