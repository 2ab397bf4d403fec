package dev.tributary.simulations.chaos.device;

import dev.tributary.simulations.chaos.door.Request;
import java.time.Duration;
import java.util.function.Consumer;

/** The way out of a device: a network. */
public interface Outbox {
  /**
   * Sends a request; {@code back} is called once, later, in the order of the world.
   *
   * @param patience how long the device waits for the answer
   */
  void send(int device, Request request, Duration patience, Consumer<Reply> back);
}
