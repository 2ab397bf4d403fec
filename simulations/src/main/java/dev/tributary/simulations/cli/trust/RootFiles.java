package dev.tributary.simulations.cli.trust;

import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.signing.OfflineKeyFile;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Roots and public keys as users name them on the command line. */
final class RootFiles {

  private RootFiles() {}

  /** A public key: 64 hexadecimal digits, or a file that holds it. */
  static MetadataKey publicKey(String named) {
    try {
      return named.matches("[0-9a-f]{64}")
          ? MetadataKey.ofHex(named)
          : OfflineKeyFile.readPublic(Path.of(named));
    } catch (IOException | IllegalArgumentException e) {
      throw CommandFailedException.wrongUsage(why(named, e));
    }
  }

  static SignedMetadata<RootMetadata> read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return SignedMetadata.root(in.readNBytes(MetadataRole.ROOT.maximumBytes() + 1));
    } catch (IOException | MalformedMetadataException e) {
      throw CommandFailedException.wrongUsage(why(file, e));
    }
  }

  /**
   * A draft with the root before it.
   *
   * @param previous where that is; when not said, {@code N.root.json} beside the draft
   */
  static RootDraft draft(Path file, @Nullable Path previous) {
    SignedMetadata<RootMetadata> root = read(file);
    long version = root.metadata().version();
    if (version == 1) {
      return checked(root, Optional.empty());
    }
    Path before =
        previous == null
            ? file.toAbsolutePath().resolveSibling(MetadataRole.ROOT.fileName(version - 1))
            : previous;
    if (Files.notExists(before)) {
      throw CommandFailedException.wrongUsage(
          "root "
              + version
              + " follows root "
              + (version - 1)
              + ": say where that is with --previous");
    }
    return checked(root, Optional.of(read(before)));
  }

  private static RootDraft checked(
      SignedMetadata<RootMetadata> root, Optional<SignedMetadata<RootMetadata>> previous) {
    try {
      return new RootDraft(root, previous);
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.wrongUsage(why(e));
    }
  }

  /** Writes a root as a whole or not at all. */
  static void write(Path file, SignedMetadata<RootMetadata> root) {
    Path target = file.toAbsolutePath();
    Path aside = target.resolveSibling(target.getFileName() + ".tmp");
    try {
      Files.write(aside, root.encode());
      Files.move(
          aside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw CommandFailedException.failed(why(file, e));
    }
  }

  static void createFolder(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      Files.createDirectories(folder);
      if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
      }
    }
  }

  static MetadataRole onlineRole(String text) {
    for (MetadataRole role : MetadataRole.values()) {
      if (role != MetadataRole.ROOT && role.text().equals(text.toLowerCase(Locale.ROOT))) {
        return role;
      }
    }
    throw CommandFailedException.wrongUsage(
        "'" + text + "' is no role: expected targets, snapshot or timestamp");
  }

  /** The reason, which names the file once. */
  private static String why(Object file, Exception e) {
    return e instanceof NoSuchFileException ? file + ": no such file" : file + ": " + why(e);
  }

  static String why(Exception e) {
    String message = e.getMessage();
    return message == null
        ? e.getClass().getSimpleName()
        : e instanceof NoSuchFileException ? message + ": no such file" : message;
  }
}
