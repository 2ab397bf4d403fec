package dev.tributary.coordinator.store;

import io.vertx.core.Future;

/**
 * The durable state of one coordinator: SQL behind one writer and a few readers. Nothing here
 * blocks the caller, but for {@link #readNow}. What is written keeps to SQL that PostgreSQL
 * understands too.
 *
 * <p>Must hold: no write of an owner that was replaced succeeds; a write that succeeds is on disk,
 * all of it; one that fails left nothing, unless the store gave up over it, in which case the next
 * start says what is there; writes happen in the order of submission.
 */
public interface StateStore {
  /**
   * Runs the work in the writer's next transaction; succeeds once that is on disk. Heard on the
   * caller's context.
   */
  default <T> Future<T> write(SqlWork<T> work) {
    var reply = new Reply<T>();
    submit(work).onComplete(reply::succeed, reply::fail);
    return reply.future();
  }

  /**
   * Like {@link #write}; completes in the order of submission on the writer's thread, which must
   * not be kept.
   */
  <T> Future<T> submit(SqlWork<T> work);

  /** Runs the work on a snapshot of what is committed. Heard on the caller's context. */
  <T> Future<T> read(SqlWork<T> work);

  /**
   * Like {@link #read}, in the calling thread, which it blocks: for starting up, never for an event
   * loop.
   */
  <T> T readNow(SqlWork<T> work);

  /**
   * Completes, with what to say, when nothing will ever be written again: a commit failed in a way
   * after which the state on disk is trusted by nobody but the next start. On the store's thread.
   */
  Future<StoreException> gaveUp();

  /**
   * Writes nothing any more: a file beside it could not be synced, so that what this process wrote
   * is not known to be on disk.
   */
  void distrust(StoreException because);

  /** Who owns this state: its epoch goes beside every write about a round. */
  Ownership ownership();
}
