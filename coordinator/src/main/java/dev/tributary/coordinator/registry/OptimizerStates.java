package dev.tributary.coordinator.registry;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.store.StoreException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of server optimisers, in a folder for each task: two tasks never share a file, so what
 * one of them no longer needs can go. A task goes on from the state after its newest version only;
 * any other file is left over from the version before, from a round that came to nothing or from a
 * crash. Every method blocks; safe on any thread, one thread at a time for each task.
 */
public final class OptimizerStates {
  private static final Logger LOG = LoggerFactory.getLogger(OptimizerStates.class);

  private final Path folder;
  private final Disk disk;

  public OptimizerStates(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  /** Saves a state of the task durably. */
  public ModelDigest save(TaskName task, ModelState state) {
    return of(task).save(state).digest();
  }

  /**
   * Reads a state of the task.
   *
   * @throws StoreException when it is missing or damaged
   */
  public ModelState load(TaskName task, ModelDigest digest) {
    return of(task).load(digest);
  }

  /**
   * Removes every state of the task but this one. Call with what the newest durable version says,
   * while no round of the task is computing: until then a newer one would be taken for left over.
   * What cannot be removed stays until the next time.
   */
  public void keepOnly(TaskName task, Optional<ModelDigest> newest) {
    if (!Files.isDirectory(path(task))) {
      return;
    }
    try {
      of(task).keepOnly(newest.map(Set::of).orElseGet(Set::of));
    } catch (StoreException e) {
      LOG.warn("task {}: states that nothing needs are left over", task, e);
    }
  }

  private ModelFiles of(TaskName task) {
    return ModelFiles.open(path(task), disk);
  }

  private Path path(TaskName task) {
    return folder.resolve(task.text());
  }
}
