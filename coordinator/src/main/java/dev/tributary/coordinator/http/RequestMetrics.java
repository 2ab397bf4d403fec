package dev.tributary.coordinator.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times requests by route and outcome: accepted, rejected with its reason, or discarded.
 * The labels come from our own tables, never from a request, so their number is bounded. Any
 * thread.
 */
public final class RequestMetrics {

  private record Label(String route, String outcome, String reason) {}

  private final MeterRegistry registry;
  private final Map<Label, Timer> timers = new ConcurrentHashMap<>();

  public RequestMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(String route, String outcome, String reason, long nanos) {
    timers
        .computeIfAbsent(new Label(route, outcome, reason), this::timer)
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(Label label) {
    return Timer.builder("tributary.requests")
        .description("Requests by route and outcome, from their headers to the end of the response")
        .tag("route", label.route)
        .tag("outcome", label.outcome)
        .tag("reason", label.reason.isEmpty() ? "none" : label.reason)
        .register(registry);
  }
}
