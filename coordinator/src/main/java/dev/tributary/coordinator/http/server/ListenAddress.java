package dev.tributary.coordinator.http.server;

/**
 * Where the servers listen.
 *
 * @param host a name or address of this machine
 * @param port 0..65535; 0 takes a free one
 * @param eventLoops threads that serve requests, at least 1
 */
public record ListenAddress(String host, int port, int eventLoops) {

  public ListenAddress {
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          "listen host is blank; expected a name or an address of this machine");
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("listen port is " + port + "; expected 0..65535");
    }
    if (eventLoops < 1) {
      throw new IllegalArgumentException("event loops are " + eventLoops + "; expected at least 1");
    }
  }
}
