package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.coordinator.store.StoreException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.zip.CRC32C;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checkpoints of sums: packed like an upload, as large as one, each in a file of its own, so that
 * the one which the journal names stays whole while the next one is written. A name holds the epoch
 * of its writer: an owner that was paused and replaced cannot write over its successor. A sum is of
 * masked updates, or of several in the clear, and nobody but the owner can read its file.
 *
 * <p>Every method blocks; safe on any thread.
 */
public final class SumFiles {
  private static final Logger LOG = LoggerFactory.getLogger(SumFiles.class);
  private static final Pattern NAME = Pattern.compile("(?:open|[0-9]+)-[0-9]+-[0-9]+\\.sum");

  /** The shard of a checkpoint that holds the open sum of all shards. */
  public static final int OPEN_SUM = -1;

  private final Path folder;
  private final Disk disk;
  private final long epoch;
  private final Consumer<StoreException> distrust;
  private final AtomicLong written = new AtomicLong();

  private SumFiles(Path folder, Disk disk, long epoch, Consumer<StoreException> distrust) {
    this.folder = folder;
    this.disk = disk;
    this.epoch = epoch;
    this.distrust = distrust;
  }

  /**
   * Opens the folder, which is made when it is missing.
   *
   * @param epoch of the owner of this state
   * @param distrust told of a fault of the disk that is not a lack of space, after which nothing
   *     that this process wrote can be trusted to be there
   */
  public static SumFiles open(
      Path folder, Disk disk, long epoch, Consumer<StoreException> distrust) {
    try {
      OwnerOnly.claimFolder(folder);
      return new SumFiles(folder, disk, epoch, distrust);
    } catch (IOException e) {
      throw FileFaults.translate("open " + folder, e);
    }
  }

  /**
   * Writes a checkpoint; it is on disk when this returns, and nothing of it when this fails.
   *
   * @param uploads how many are in the sum
   * @throws StoreException of kind {@code FULL} when there is no space: the same may be tried again
   */
  public SumCheckpoint save(RoundId round, int shard, int uploads, byte[] packed) {
    String name =
        (shard == OPEN_SUM ? "open" : shard)
            + "-"
            + epoch
            + "-"
            + written.incrementAndGet()
            + ".sum";
    makeFolder(round);
    Path file = folder(round).resolve(name);
    try {
      disk.write(file, out -> out.write(packed));
      disk.sync(folder(round));
      return new SumCheckpoint(shard, name, uploads, crc32c(packed));
    } catch (IOException e) {
      var fault = FileFaults.translate("write the checkpoint " + file, e);
      delete(file);
      if (fault.kind() != StoreException.Kind.FULL) {
        distrust.accept(fault);
      }
      throw fault;
    }
  }

  private void makeFolder(RoundId round) {
    try {
      if (!Files.isDirectory(folder(round))) {
        OwnerOnly.createFolders(folder(round));
        disk.sync(folder);
      }
    } catch (IOException e) {
      throw FileFaults.translate("make the folder " + folder(round), e);
    }
  }

  /**
   * Reads a checkpoint.
   *
   * @throws StoreException of kind {@code CORRUPT} when its file is missing or not what the journal
   *     says
   */
  public PackedSource load(RoundId round, SumCheckpoint checkpoint) {
    if (!NAME.matcher(checkpoint.file()).matches()) {
      throw new StoreException(
          StoreException.Kind.CORRUPT, "'" + checkpoint.file() + "' is no name of a checkpoint");
    }
    Path file = folder(round).resolve(checkpoint.file());
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

  /** Removes a checkpoint in place of which a newer one holds. */
  public void discard(RoundId round, SumCheckpoint checkpoint) {
    delete(folder(round).resolve(checkpoint.file()));
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

  private void remove(Path round) throws IOException {
    if (Files.isDirectory(round)) {
      try (var files = Files.newDirectoryStream(round)) {
        for (Path file : files) {
          disk.delete(file);
        }
      }
    }
    disk.delete(round);
  }

  private void delete(Path file) {
    try {
      disk.delete(file);
    } catch (IOException e) {
      LOG.warn("{} is left over", file, e);
    }
  }

  private Path folder(RoundId round) {
    return folder.resolve(round.toString());
  }

  private static long crc32c(byte[] bytes) {
    var crc = new CRC32C();
    crc.update(bytes);
    return crc.getValue();
  }
}
