package dev.tributary.simulations.chaos.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The files of one world: in memory where the system has a place for that, for nothing of a world
 * has to outlive this program. Removed when closed.
 */
public record WorldFolder(Path path) implements AutoCloseable {
  private static final Path MEMORY = Path.of("/dev/shm");

  /** An empty folder. */
  public static WorldFolder make() throws IOException {
    return new WorldFolder(
        Files.isWritable(MEMORY)
            ? Files.createTempDirectory(MEMORY, "tributary-world")
            : Files.createTempDirectory("tributary-world"));
  }

  @Override
  public void close() throws IOException {
    StateTemplate.deleteAll(path);
  }
}
