package dev.tributary.client.model.artifact;

/** A model that works and does not run yet. Used by one thread. */
public interface TriedModel extends AutoCloseable {

  /** One that nobody runs. */
  TriedModel NONE =
      new TriedModel() {
        @Override
        public void run() {}

        @Override
        public void close() {}
      };

  /** Runs it from now on, in the place of the one before. Called at most once. */
  void run();

  /** Frees it, unless it runs. */
  @Override
  void close();
}
