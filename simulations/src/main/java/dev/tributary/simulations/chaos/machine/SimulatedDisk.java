package dev.tributary.simulations.chaos.machine;

import dev.tributary.coordinator.disk.Disk;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Files of a simulated process: real ones, but every step may be its last, or fail. */
record SimulatedDisk(Storage storage, ProcessLife life) implements Disk {

  private interface Step {
    void run() throws IOException;
  }

  @Override
  public void write(Path file, Content content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    content.writeTo(bytes);
    step(
        "write",
        () -> {
          byte[] all = bytes.toByteArray();
          requireSpace(file, all);
          Files.write(file, all, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          requireSync();
        });
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    step(
        "rename",
        () -> {
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
          storage.renamed(from, to);
        });
  }

  @Override
  public void sync(Path folder) throws IOException {
    step(
        "sync " + folder.getFileName(),
        () -> {
          requireSync();
          storage.synced(folder);
        });
  }

  @Override
  public void delete(Path file) throws IOException {
    step("delete", () -> Files.deleteIfExists(file));
  }

  private void step(String what, Step step) throws IOException {
    life.requireAlive();
    storage.watch().reached(life, CrashPoint.BEFORE_FILE_STEP, what);
    step.run();
    storage.watch().reached(life, CrashPoint.AFTER_FILE_STEP, what);
  }

  /** A full disk takes the beginning. */
  private void requireSpace(Path file, byte[] all) throws IOException {
    if (storage.isFull()) {
      Files.write(file, Arrays.copyOf(all, all.length / 2));
      throw new IOException("No space left on device");
    }
  }

  private void requireSync() throws IOException {
    if (storage.takeSyncFailure()) {
      throw new IOException("Input/output error");
    }
  }
}
