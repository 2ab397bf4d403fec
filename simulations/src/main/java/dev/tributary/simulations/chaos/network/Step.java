package dev.tributary.simulations.chaos.network;

import dev.tributary.simulations.chaos.door.Request;

/** The requests of a device, by what they are for. */
public enum Step {
  ANY("", ""),
  CHECK_IN("POST", "check-ins"),
  MANIFEST("GET", "manifest"),
  MODEL("GET", "models"),
  KEYS("POST", "keys"),
  SHARES("POST", "shares"),
  UPLOAD("PUT", "uploads"),
  SURVIVORS("GET", "survivors"),
  CONFIRM("POST", "survivors"),
  UNMASKING("GET", "unmasking"),
  REVEAL("POST", "unmasking");

  private final String method;
  private final String segment;

  Step(String method, String segment) {
    this.method = method;
    this.segment = segment;
  }

  /** Whether the request is of this step. */
  public boolean matches(Request request) {
    return this == ANY || (request.method().equals(method) && request.path().contains(segment));
  }
}
