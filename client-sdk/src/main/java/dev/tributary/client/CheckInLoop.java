package dev.tributary.client;

import java.time.Instant;
import java.util.Optional;
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
        Optional<Instant> due = client.notBefore();
        surroundings.clock().pause(client.waitBefore(due));
        client
            .participateInTurn(due)
            .ifPresent(outcome -> LOG.debug("device {}: {}", client.device(), outcome));
      }
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    } catch (Throwable broken) {
      // An Error, too: a device that is silent for ever is worse than one that says why.
      if (!client.isClosed()) {
        LOG.error("device {} stops taking part", client.device(), broken);
        Callbacks.run(surroundings.listener(), l -> l.stopped(broken));
      }
    }
  }
}
