package dev.tributary.client.transport;

import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Watches one exchange: it must move at least one byte every idle limit and end within the total
 * limit. The JDK's own request timeout ends at the response's headers, so that a coordinator that
 * trickles a body, or stops reading an upload, would hold a device for ever. Safe for many threads:
 * the mover touches, the waiter asks.
 */
final class ExchangeWatch {

  private final LongSupplier nanoTime;
  private final long idleLimitNanos;
  private final long deadlineNanos;
  private volatile long lastMoveNanos;

  ExchangeWatch(TransportRequest request, LongSupplier nanoTime) {
    this(request.idleTimeout(), request.totalTimeout(), nanoTime);
  }

  ExchangeWatch(Duration idleLimit, Duration totalLimit, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.idleLimitNanos = idleLimit.toNanos();
    this.lastMoveNanos = nanoTime.getAsLong();
    this.deadlineNanos = lastMoveNanos + totalLimit.toNanos();
  }

  /** Bytes have moved. */
  void touch() {
    lastMoveNanos = nanoTime.getAsLong();
  }

  /** Time until one of the limits passes if nothing moves, at least 1 ns. */
  long nanosLeft() throws HttpTimeoutException {
    long now = nanoTime.getAsLong();
    long idleLeft = lastMoveNanos + idleLimitNanos - now;
    long totalLeft = deadlineNanos - now;
    if (idleLeft <= 0) {
      throw new HttpTimeoutException(
          "no byte moved for " + Duration.ofNanos(idleLimitNanos).toMillis() + " ms");
    }
    if (totalLeft <= 0) {
      throw new HttpTimeoutException("the exchange did not end within its time limit");
    }
    return Math.min(idleLeft, totalLeft);
  }
}
