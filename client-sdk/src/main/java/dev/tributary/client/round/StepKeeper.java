package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.store.SessionStoreException;
import dev.tributary.security.secret.SecretBytes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The step of the key protocol, in memory and, sealed, in the device's store: what belongs to a
 * step is sent only after the step is durable. Used by one thread at a time.
 */
public final class StepKeeper {

  private final SessionStore store;
  private @Nullable KeptStep current;
  private boolean known;

  public StepKeeper(SessionStore store) {
    this.store = store;
  }

  /** The step that the device is at in {@code round}; empty when it has made no keys for it. */
  Optional<KeptStep> stepIn(RoundId round) {
    if (!known) {
      current = load().orElse(null);
      known = true;
    }
    return Optional.ofNullable(current).filter(kept -> kept.manifest().roundId().equals(round));
  }

  private Optional<KeptStep> load() {
    Optional<SecretBytes> encoded = store.loadStep();
    if (encoded.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(KeptStep.decode(encoded.get()));
    } catch (IllegalArgumentException other) {
      throw new SessionStoreException(
          "the kept step of a round is of another version of this program: delete it to leave the"
              + " round",
          other);
    } finally {
      encoded.get().destroy();
    }
  }

  /** Makes {@code next} the step: durable when this returns. */
  KeptStep keep(KeptStep next) {
    SecretBytes encoded = next.encode();
    try {
      store.saveStep(next.digest(), encoded);
    } finally {
      encoded.destroy();
    }
    return hold(next);
  }

  /** Makes {@code next} the step in memory only: a later process begins at the one before. */
  KeptStep hold(KeptStep next) {
    current = next;
    known = true;
    return next;
  }

  /** Forgets the secrets of the round, here and in the store. */
  public void erase() {
    KeptStep last = current;
    if (last != null) {
      last.step().destroy();
      current = null;
    }
    store.eraseStep();
    known = true;
  }
}
