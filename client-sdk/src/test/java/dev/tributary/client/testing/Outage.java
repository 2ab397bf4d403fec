package dev.tributary.client.testing;

import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * A coordinator that is down for a while in the middle of a round, for one device: from the first
 * request of some step on, every request fails until the time is over by that device's clock.
 */
public final class Outage implements Transport {

  /** How it is down. */
  public enum Kind {
    /** 503 with Retry-After. */
    UNAVAILABLE,
    /** Nobody listens. */
    REFUSED,
    /** It does what it is asked, and its answer breaks off. */
    CUT_OFF
  }

  private final Transport inner;
  private final Kind kind;
  private final String firstStep;
  private final Duration duration;
  private final DeviceClock clock;
  private long endNanos;
  private int failures;

  /**
   * An outage.
   *
   * @param firstStep method and last part of the path, such as {@code PUT upload}
   */
  public Outage(
      Transport inner, Kind kind, String firstStep, Duration duration, DeviceClock clock) {
    this.inner = inner;
    this.kind = kind;
    this.firstStep = firstStep;
    this.duration = duration;
    this.clock = clock;
  }

  /** Requests that failed. */
  public int failures() {
    return failures;
  }

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    if (failures == 0 && isStep(request)) {
      endNanos = clock.monotonicNanos() + duration.toNanos();
    } else if (failures == 0 || clock.monotonicNanos() - endNanos >= 0) {
      inner.exchange(request, receiver);
      return;
    }
    failures++;
    fail(request, receiver);
  }

  private void fail(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    switch (kind) {
      case UNAVAILABLE -> {
        receiver.started(
            new ResponseHead(
                503, Map.of("content-type", "application/problem+json", "retry-after", "5")));
        receiver.received(
            ByteBuffer.wrap(
                "{\"code\":\"overloaded\",\"retryAfterMillis\":5000}"
                    .getBytes(StandardCharsets.UTF_8)));
      }
      case REFUSED -> throw new ConnectException("connection refused");
      case CUT_OFF -> {
        var whole = new DyingTransport.Whole();
        inner.exchange(request, whole);
        whole.passHalfOn(receiver);
        throw new IOException("connection reset");
      }
    }
  }

  private boolean isStep(TransportRequest request) {
    String path = request.path().replaceAll("\\?.*", "");
    String step =
        path.contains("/uploads/")
            ? "upload"
            : path.startsWith("/v1/models/") ? "model" : path.substring(path.lastIndexOf('/') + 1);
    return (request.method() + " " + step).equals(firstStep);
  }

  @Override
  public void close() {}
}
