package dev.tributary.coordinator.http.operator;

import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.SendDeadline;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.RoundProgress;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Progress of rounds as server-sent events (HTML Living Standard, section 9.2): event {@code
 * round}, its data a round document on one line. Begins with the state of now, so that nothing is
 * missed between asking and watching. A listener too slow to follow is cut off; it comes back to
 * the state of then. One event loop.
 */
final class EventStream {

  private static final long HEARTBEAT_MILLIS = 15_000;

  private final Exchange exchange;
  private final HttpServerResponse response;
  private final Predicate<RoundProgress> wanted;
  private final Predicate<RoundProgress> last;
  private final Promise<Answer> over = Promise.promise();
  private final List<RoundProgress> early = new ArrayList<>();
  private boolean begun;

  private EventStream(
      Exchange exchange, Predicate<RoundProgress> wanted, Predicate<RoundProgress> last) {
    this.exchange = exchange;
    this.response = exchange.request().response();
    this.wanted = wanted;
    this.last = last;
  }

  /**
   * Streams until the operator leaves or the last event has passed.
   *
   * @param now reads the state to begin with; when it fails, so does the request. Called when
   *     events are listened to already: one between a state that was read before and the listening
   *     would be missed, and a stream that waits for it would never end
   * @param wanted which events are sent
   * @param last after which event the stream ends
   */
  static Future<Answer> answer(
      Exchange exchange,
      OperatorDesk desk,
      Supplier<Future<List<RoundProgress>>> now,
      Predicate<RoundProgress> wanted,
      Predicate<RoundProgress> last) {
    EventStream stream = new EventStream(exchange, wanted, last);
    OperatorDesk.Subscription subscription =
        desk.watch(progress -> exchange.context().runOnContext(ignored -> stream.event(progress)));
    long heartbeat = exchange.vertx().setPeriodic(HEARTBEAT_MILLIS, ignored -> stream.heartbeat());
    exchange.whenGone(() -> stream.over.tryComplete(new Answer.Written()));
    now.get()
        .onComplete(
            result ->
                exchange
                    .context()
                    .runOnContext(
                        ignored -> {
                          if (result.succeeded()) {
                            stream.begin(result.result());
                          } else {
                            stream.over.tryFail(result.cause());
                          }
                        }));
    return stream
        .over
        .future()
        .onComplete(
            ignored -> {
              subscription.close();
              exchange.vertx().cancelTimer(heartbeat);
            });
  }

  private void begin(List<RoundProgress> now) {
    if (over.future().isComplete()) {
      return;
    }
    begun = true;
    response
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.write(": rounds\n\n");
    now.forEach(this::event);
    early.forEach(this::event);
    early.clear();
  }

  private void event(RoundProgress progress) {
    if (over.future().isComplete() || !wanted.test(progress)) {
      return;
    }
    if (!begun) {
      early.add(progress);
      return;
    }
    if (response.writeQueueFull()) {
      cutOff();
      return;
    }
    String line = "event: round\ndata: " + OperatorJson.round(progress) + "\n\n";
    if (last.test(progress)) {
      end(line);
    } else {
      response.write(line);
    }
  }

  private void heartbeat() {
    if (!begun || over.future().isComplete()) {
      return;
    }
    if (response.writeQueueFull()) {
      cutOff();
    } else {
      response.write(": alive\n\n");
    }
  }

  private void end(String line) {
    SendDeadline.watch(
        exchange.vertx(),
        exchange.request(),
        exchange.limits().transferTime(line.length()),
        response.end(line));
    over.tryComplete(new Answer.Written());
  }

  private void cutOff() {
    SendDeadline.cutOff(exchange.request());
    over.tryComplete(new Answer.Written());
  }
}
