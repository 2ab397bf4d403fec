package dev.tributary.coordinator.publish.artifact;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps the search for garbage away from what makes files that nothing refers to yet: any number of
 * those run beside each other, the search runs alone. First come, first served. Any thread.
 */
public final class Exclusion {

  private final Set<Future<?>> underWay = new HashSet<>();
  private Future<?> lastAlone = Future.succeededFuture();

  /** Work during which nothing is collected. */
  public synchronized <T> Future<T> beside(Supplier<Future<T>> work) {
    Future<T> result = lastAlone.transform(done -> work.get());
    underWay.add(result);
    result.onComplete(done -> ended(result));
    return result;
  }

  private synchronized void ended(Future<?> work) {
    underWay.remove(work);
  }

  /** Work during which there is no other. */
  public synchronized <T> Future<T> alone(Supplier<Future<T>> work) {
    List<Future<?>> before = new ArrayList<>(underWay);
    before.add(lastAlone);
    Future<T> result = Future.join(before).transform(done -> work.get());
    lastAlone = result;
    return result;
  }
}
