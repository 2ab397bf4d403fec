package dev.tributary.coordinator.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is heard where the question was asked: the listeners of its future run on the
 * Vert.x context that created it, or, without one, on the thread that answers. May be answered from
 * any thread; the first answer counts.
 */
public final class Reply<T> {
  private final Promise<T> promise = Promise.promise();
  private final @Nullable Context context = Vertx.currentContext();

  public Future<T> future() {
    return promise.future();
  }

  /**
   * Waits for an answer in the calling thread: for starting up, never on an event loop. What the
   * answer failed with is thrown as it is, if it is unchecked.
   */
  public static <T> T await(Future<T> answer) {
    try {
      return answer.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  public void succeed(T value) {
    if (context == null) {
      promise.tryComplete(value);
    } else {
      context.runOnContext(ignored -> promise.tryComplete(value));
    }
  }

  public void fail(Throwable cause) {
    if (context == null) {
      promise.tryFail(cause);
    } else {
      context.runOnContext(ignored -> promise.tryFail(cause));
    }
  }
}
