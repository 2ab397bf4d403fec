package dev.tributary.simulations.scenario;

import java.util.Locale;

/** How simulated devices reach the coordinator. */
public enum TransportKind {
  /**
   * In process, without sockets: the device's and the coordinator's arithmetic, called directly.
   */
  DIRECT,
  /** The real SDK and the real coordinator over loopback. */
  HTTP;

  /** The name in scenarios and reports. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
