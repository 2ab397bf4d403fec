package dev.tributary.simulations.chaos.device;

import dev.tributary.simulations.chaos.door.Response;

/** What became of a request, as its device learns it. */
public sealed interface Reply {
  /**
   * The coordinator answered.
   *
   * @param bodyBytes how much of the body arrives before the connection breaks off
   */
  record Answered(Response response, int bodyBytes) implements Reply {}

  /** No answer came. */
  record Broken(String why) implements Reply {}
}
