package dev.tributary.coordinator.schedule.work;

import dev.tributary.coordinator.schedule.OperatorDesk.Subscription;
import dev.tributary.coordinator.schedule.RoundProgress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes the progress of rounds on to whoever watches. Safe on any thread. */
public final class ProgressFeed {
  private static final Logger LOG = LoggerFactory.getLogger(ProgressFeed.class);

  private final List<Watch> watches = new CopyOnWriteArrayList<>();

  /** Told apart by identity, so that closing one subscription of a listener leaves its others. */
  private static final class Watch {
    final Consumer<RoundProgress> listener;

    Watch(Consumer<RoundProgress> listener) {
      this.listener = listener;
    }
  }

  public Subscription add(Consumer<RoundProgress> listener) {
    var watch = new Watch(listener);
    watches.add(watch);
    return () -> watches.remove(watch);
  }

  public void tell(RoundProgress progress) {
    for (var watch : watches) {
      try {
        watch.listener.accept(progress);
      } catch (RuntimeException e) {
        LOG.warn("a watcher of rounds failed", e);
      }
    }
  }
}
