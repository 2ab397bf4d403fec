package dev.tributary.coordinator.publish.metadata;

import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.disk.OwnerOnly;
import dev.tributary.coordinator.store.FileFaults;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.signing.Repository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The files of a repository: {@code 1.root.json}, {@code 7.targets.json}, {@code 9.snapshot.json},
 * {@code timestamp.json}. Every root stays; of targets and snapshots the newest few, for devices
 * that are between one file and the next. Every method blocks; one thread at a time.
 */
final class MetadataFolder {
  private static final String UNFINISHED = ".unfinished";
  private static final int KEPT = 8;
  private static final Pattern NUMBERED =
      Pattern.compile("([0-9]{1,16})\\.(targets|snapshot)\\.json");

  private final Path folder;
  private final Disk disk;

  private MetadataFolder(Path folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  static MetadataFolder open(Path folder, Disk disk) {
    try {
      OwnerOnly.claimFolder(folder);
      try (var unfinished = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
        for (Path file : unfinished) {
          disk.delete(file);
        }
      }
      return new MetadataFolder(folder, disk);
    } catch (IOException e) {
      throw FileFaults.translate("open " + folder, e);
    }
  }

  /** The repository that the timestamp on disk leads to; none before the first. */
  Optional<Repository> load() {
    Optional<byte[]> timestampFile = read(MetadataRole.TIMESTAMP.fileName(0));
    if (timestampFile.isEmpty()) {
      return Optional.empty();
    }
    try {
      var timestamp = SignedMetadata.timestamp(timestampFile.get());
      var snapshot =
          SignedMetadata.snapshot(
              needed(MetadataRole.SNAPSHOT, timestamp.metadata().snapshot().version()));
      var targets =
          SignedMetadata.targets(
              needed(MetadataRole.TARGETS, snapshot.metadata().targets().version()));
      for (long version = newestRoot().orElse(0); version > 0; version--) {
        var root = SignedMetadata.root(needed(MetadataRole.ROOT, version));
        if (speaksFor(root, timestamp)) { // a crash may have left a newer one that signed nothing
          return Optional.of(new Repository(root, targets, snapshot, timestamp));
        }
      }
      throw damaged("no root speaks for the timestamp", null);
    } catch (MalformedMetadataException | IllegalArgumentException e) {
      throw damaged(String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean speaksFor(SignedMetadata<RootMetadata> root, SignedMetadata<?> timestamp) {
    return root.metadata().verifies(timestamp);
  }

  private OptionalLong newestRoot() {
    long newest = 0;
    while (Files.exists(folder.resolve(MetadataRole.ROOT.fileName(newest + 1)))) {
      newest++;
    }
    return newest == 0 ? OptionalLong.empty() : OptionalLong.of(newest);
  }

  /** Writes what is new; the timestamp last, when all that it leads to is durable. */
  void save(Repository repository) {
    String timestamp = MetadataRole.TIMESTAMP.fileName(0);
    Map<String, byte[]> files = repository.files();
    try {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        if (!file.getKey().equals(timestamp)) {
          write(file.getKey(), file.getValue());
        }
      }
      disk.sync(folder);
      write(timestamp, repository.timestamp().encode());
      disk.sync(folder);
    } catch (IOException e) {
      throw FileFaults.translate("write metadata in " + folder, e);
    }
  }

  /** Removes targets and snapshots that no device asks for any more. */
  void tidy(Repository current) {
    try (var files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        var name = NUMBERED.matcher(String.valueOf(file.getFileName()));
        if (name.matches()) {
          long newest =
              name.group(2).equals("targets")
                  ? current.targets().metadata().version()
                  : current.snapshot().metadata().version();
          if (Long.parseLong(name.group(1)) <= newest - KEPT) {
            disk.delete(file);
          }
        }
      }
    } catch (IOException e) {
      throw FileFaults.translate("clean up " + folder, e);
    }
  }

  /** A file by its name, which must be one that a role gives. */
  Optional<byte[]> read(String name) {
    try {
      Path file = folder.resolve(name);
      return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw FileFaults.translate("read " + folder.resolve(name), e);
    }
  }

  /** The names of all files that a device may ask for. */
  List<String> names() {
    List<String> names = new ArrayList<>();
    try (var files = Files.newDirectoryStream(folder, "*.json")) {
      files.forEach(file -> names.add(String.valueOf(file.getFileName())));
      return names;
    } catch (IOException e) {
      throw FileFaults.translate("list " + folder, e);
    }
  }

  private byte[] needed(MetadataRole role, long version) {
    String name = role.fileName(version);
    return read(name).orElseThrow(() -> damaged(name + " is missing", null));
  }

  private void write(String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    Path unfinished = folder.resolve(name + UNFINISHED);
    disk.delete(unfinished);
    disk.write(unfinished, out -> out.write(content));
    disk.rename(unfinished, file);
  }

  private StoreException damaged(String what, @org.jspecify.annotations.Nullable Throwable cause) {
    String message = "the metadata in " + folder + " does not agree: " + what;
    return cause == null
        ? new StoreException(StoreException.Kind.CORRUPT, message)
        : new StoreException(StoreException.Kind.CORRUPT, message, cause);
  }
}
