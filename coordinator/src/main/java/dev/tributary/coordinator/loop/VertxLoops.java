package dev.tributary.coordinator.loop;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;

/** The event loops and workers of Vert.x. */
record VertxLoops(Vertx vertx) implements EventLoops {

  @Override
  public Executor current() {
    Context context = vertx.getOrCreateContext();
    return action -> context.runOnContext(ignored -> action.run());
  }

  @Override
  public <T> Future<T> blocking(Callable<T> work) {
    return vertx.executeBlocking(work, false).map(Objects::requireNonNull);
  }
}
