package dev.tributary.coordinator.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;

/**
 * Cuts off who does not take its answer: a peer that closes its window (RFC 9113, section 6.9) or
 * stops reading would otherwise hold the answer, and its connection, for ever. One event loop.
 */
public final class SendDeadline {

  private SendDeadline() {}

  /** Cuts the request off unless its response has been sent within {@code longest}. */
  public static Future<Void> watch(
      Vertx vertx, HttpServerRequest request, Duration longest, Future<Void> sent) {
    if (sent.isComplete()) {
      return sent;
    }
    long timer = vertx.setTimer(longest.toMillis(), ignored -> cutOff(request));
    return sent.onComplete(ignored -> vertx.cancelTimer(timer));
  }

  /** Ends the stream of HTTP/2, or the connection of HTTP/1. */
  public static void cutOff(HttpServerRequest request) {
    if (request.version() == HttpVersion.HTTP_2) {
      request.response().reset();
    } else if (request.connection() instanceof ConnectionBase connection) {
      closeNow(connection.channel());
    } else {
      request.connection().close();
    }
  }

  /**
   * Closes a connection below Vert.x, whose own way of closing first sends what is queued, and so
   * waits for ever for who does not read.
   */
  public static void closeNow(Channel channel) {
    ChannelHandlerContext lowest = channel.pipeline().firstContext();
    var _ = lowest == null ? channel.close() : lowest.close();
  }
}
