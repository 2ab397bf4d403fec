package dev.tributary.client.model.predict;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.step.CallChecks;
import dev.tributary.client.model.artifact.Network;
import dev.tributary.client.model.artifact.RunnableModel;
import dev.tributary.client.model.artifact.StoredModel;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A version in memory: the model, and as many networks as calls ran on it at once, each used by one
 * of them at a time. Holders are counted: the predictor while the version is the current one, and
 * every call. When the last one lets go, the networks are closed, and then the model; nobody can
 * take hold after that.
 */
final class LoadedModel {

  private final StoredModel stored;
  private final HealthCounter health;
  private final CallChecks checks;
  private final RunnableModel model;
  private final ConcurrentLinkedQueue<Network> idle = new ConcurrentLinkedQueue<>();

  /** Holders; 0 is the end, and final. */
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * Held once, by whoever makes it.
   *
   * @param model closed by this
   */
  LoadedModel(StoredModel stored, HealthCounter health, RunnableModel model) {
    this.stored = stored;
    this.health = health;
    this.checks = new CallChecks(stored.spec());
    this.model = model;
  }

  StoredModel stored() {
    return stored;
  }

  HealthCounter health() {
    return health;
  }

  /** Takes hold; false when the last holder has let go already. */
  boolean tryHold() {
    int now = holders.get();
    while (now > 0) {
      if (holders.compareAndSet(now, now + 1)) {
        return true;
      }
      now = holders.get();
    }
    return false;
  }

  /** Lets go. */
  void letGo() {
    if (holders.decrementAndGet() == 0) {
      // Nobody holds it and nobody can: all networks are idle.
      for (Network network = idle.poll(); network != null; network = idle.poll()) {
        network.close();
      }
      model.close();
    }
  }

  /**
   * Checks what a caller asks before it is asked: whatever a call throws then is the model's fault.
   *
   * @throws IllegalArgumentException when the examples do not fit, labels aside
   */
  void check(Examples examples) {
    checks.check(examples);
  }

  /** One call, by a holder. */
  float[] predict(Examples examples) {
    @Nullable Network free = idle.poll();
    Network network = free == null ? model.open() : free;
    boolean ended = false;
    try {
      float[] outputs = network.predict(examples);
      ended = true;
      return outputs;
    } finally {
      if (ended) {
        idle.add(network);
      } else {
        network.close(); // what a failed call leaves in its buffers is nobody's
      }
    }
  }
}
