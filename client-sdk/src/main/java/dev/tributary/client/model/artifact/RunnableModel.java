package dev.tributary.client.model.artifact;

/**
 * A model in memory, which networks are opened on: as many as there are calls at once. Any thread
 * may open one; it is closed once, after all of them.
 */
public interface RunnableModel extends AutoCloseable {

  /** A network that answers with the weights of this model. */
  Network open();

  /** Frees what its networks share. */
  @Override
  void close();
}
