package dev.tributary.simulations.chaos.network;

import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.door.Response;
import java.util.Optional;

/** A defect between the devices and the coordinator: what a planted fault changes. */
public interface Tampering {
  /** An answer that is given without asking the coordinator. */
  default Optional<Response> instead(int device, Request request) {
    return Optional.empty();
  }

  /** What the device gets for this answer. */
  default Response changed(int device, Request request, Response response) {
    return response;
  }

  /** A request, and whose it is. */
  record Sent(int device, Request request) {}

  /** What a duplicate of this request is taken for. */
  default Optional<Sent> duplicate(int device, Request request) {
    return Optional.empty();
  }

  /** No defect. */
  static Tampering none() {
    return new Tampering() {};
  }
}
