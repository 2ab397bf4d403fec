package dev.tributary.simulations.chaos.door;

import dev.tributary.simulations.chaos.machine.ProcessLife;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of an upload as it arrives: in two pieces, the second of which may never come. */
final class SimulatedBody implements ReadStream<Buffer> {
  private final ProcessLife life;
  private final Connection connection;
  private final byte[] bytes;
  private @Nullable Handler<Buffer> handler;
  private @Nullable Handler<Void> endHandler;
  private @Nullable Handler<Throwable> exceptionHandler;
  private int sent;
  private boolean paused = true;
  private boolean underWay;
  private boolean over;

  SimulatedBody(ProcessLife life, Connection connection, byte[] bytes) {
    this.life = life;
    this.connection = connection;
    this.bytes = bytes;
  }

  @Override
  public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> next) {
    exceptionHandler = next;
    return this;
  }

  @Override
  public ReadStream<Buffer> handler(@Nullable Handler<Buffer> next) {
    handler = next;
    return this;
  }

  @Override
  public ReadStream<Buffer> endHandler(@Nullable Handler<Void> next) {
    endHandler = next;
    return this;
  }

  @Override
  public ReadStream<Buffer> pause() {
    paused = true;
    return this;
  }

  @Override
  public ReadStream<Buffer> resume() {
    paused = false;
    moveOn();
    return this;
  }

  @Override
  public ReadStream<Buffer> fetch(long amount) {
    return resume();
  }

  private void moveOn() {
    if (!underWay && !over) {
      underWay = true;
      life.later("body", this::arrive);
    }
  }

  private void arrive() {
    underWay = false;
    if (paused || over) {
      return;
    }
    int most = Math.min(bytes.length, connection.bodyBytes());
    if (connection.isGone() || (sent == most && most < bytes.length)) {
      over = true;
      connection.breakOff();
      if (exceptionHandler != null) {
        exceptionHandler.handle(new IOException("the connection broke off"));
      }
    } else if (sent < most) {
      int next = sent == 0 && most > 1 ? life.time().random().nextInt(1, most) : most;
      Buffer piece = Buffer.buffer(Arrays.copyOfRange(bytes, sent, next));
      sent = next;
      if (handler != null) {
        handler.handle(piece);
      }
      moveOn();
    } else {
      over = true;
      if (endHandler != null) {
        endHandler.handle(null);
      }
    }
  }
}
