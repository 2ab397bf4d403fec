package dev.tributary.client;

import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a listener; what it throws must not decide what becomes of a round. */
final class Callbacks {

  private static final Logger LOG = LoggerFactory.getLogger(Callbacks.class);

  private Callbacks() {}

  static void run(ParticipationListener listener, Consumer<ParticipationListener> call) {
    try {
      call.accept(listener);
    } catch (RuntimeException thrown) {
      LOG.warn("a participation listener threw", thrown);
    }
  }
}
