package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.coordinator.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of sums: packed like an upload, as large as one. Each shard of a round has two slots
 * that are written in turn, so that the checkpoint which the journal names stays whole while the
 * next one is written; which one holds, and its checksum, the journal alone says. A sum is of
 * masked updates, or of several in the clear, and nobody but the owner can read its file.
 *
 * <p>Every method blocks; safe on any thread, one thread at a time for each shard.
 */
public final class SumFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SumFiles.class);

  /** The shard of a checkpoint that holds the open sum of all shards. */
  public static final int OPEN_SUM = -1;

  private final Path folder;
  private final Consumer<StoreException> distrust;

  private SumFiles(Path folder, Consumer<StoreException> distrust) {
    this.folder = folder;
    this.distrust = distrust;
  }

  /**
   * Opens the folder, which is made when it is missing.
   *
   * @param distrust told of a failed fsync, after which nothing that this process wrote can be
   *     trusted to be on disk
   */
  public static SumFiles open(Path folder, Consumer<StoreException> distrust) {
    try {
      OwnerOnly.claimFolder(folder);
      return new SumFiles(folder, distrust);
    } catch (IOException e) {
      throw FileFaults.translate("open " + folder, e);
    }
  }

  /**
   * Writes a checkpoint; it is on disk when this returns.
   *
   * @param uploads how many are in the sum
   * @throws StoreException of kind {@code FULL} when there is no space: the same may be tried again
   */
  public SumCheckpoint save(RoundId round, int shard, int slot, int uploads, byte[] packed) {
    Path file = file(round, shard, slot);
    try {
      boolean isNew = Files.notExists(file);
      if (isNew) {
        OwnerOnly.createFolders(folder(round));
      }
      try (var channel =
          FileChannel.open(
              file,
              Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
              OwnerOnly.fileAttributes(file))) {
        var bytes = ByteBuffer.wrap(packed);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.truncate(packed.length);
        sync(channel, file);
      }
      if (isNew) {
        syncFolders(round);
      }
      return new SumCheckpoint(shard, slot, uploads, crc32c(packed));
    } catch (IOException e) {
      throw FileFaults.translate("write the checkpoint " + file, e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws StoreException of kind {@code CORRUPT} when its file is missing or not what the journal
   *     says
   */
  public PackedSource load(RoundId round, SumCheckpoint checkpoint) {
    Path file = file(round, checkpoint.shard(), checkpoint.slot());
    byte[] packed;
    try {
      packed = Files.readAllBytes(file);
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "the checkpoint " + file + " cannot be read: " + e, e);
    }
    long found = crc32c(packed);
    if (found != checkpoint.crc32c()) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "the checkpoint "
              + file
              + " is damaged: expected the checksum "
              + checkpoint.crc32c()
              + ", found "
              + found);
    }
    return PackedSource.of(packed);
  }

  /** Removes what was kept of a round. What cannot be removed now goes at the next start. */
  public void discard(RoundId round) {
    try {
      remove(folder(round));
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("checkpoints of round {} are left over", round, e);
    }
  }

  /** Removes what was kept of all rounds but these. */
  public void keepOnly(Set<RoundId> open) {
    Set<Path> wanted = open.stream().map(this::folder).collect(Collectors.toSet());
    try (var rounds = Files.newDirectoryStream(folder)) {
      for (Path round : rounds) {
        if (!wanted.contains(round)) {
          remove(round);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      LOG.warn("checkpoints that nothing needs are left over in {}", folder, e);
    }
  }

  private static void remove(Path round) throws IOException {
    if (Files.isDirectory(round)) {
      try (var files = Files.newDirectoryStream(round)) {
        for (Path file : files) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.deleteIfExists(round);
  }

  private void sync(FileChannel channel, Path file) throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      var fault = FileFaults.translate("sync the checkpoint " + file, e);
      if (fault.kind() != StoreException.Kind.FULL) {
        distrust.accept(fault);
      }
      throw fault;
    }
  }

  /** A name is durable only once its folder is. */
  private void syncFolders(RoundId round) throws IOException {
    for (Path path : List.of(folder(round), folder)) {
      try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private Path folder(RoundId round) {
    return folder.resolve(round.toString());
  }

  private Path file(RoundId round, int shard, int slot) {
    String name = shard == OPEN_SUM ? "open" : Integer.toString(shard);
    return folder(round).resolve(name + "-" + slot + ".sum");
  }

  private static long crc32c(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
