package dev.tributary.simulations.data.source;

import dev.tributary.simulations.data.UnusableDataException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finding and reading the files of data sets, with errors that say which path and what to do. */
final class DataFiles {

  private DataFiles() {}

  /** The first of these files that exists in the directory. */
  static Path firstExisting(Path directory, String advice, String... names) {
    for (String name : names) {
      if (Files.isRegularFile(directory.resolve(name))) {
        return directory.resolve(name);
      }
    }
    throw new UnusableDataException(
        "data file "
            + directory.resolve(names[0])
            + " not found"
            + (Files.isDirectory(directory)
                ? ""
                : " (there is no directory " + directory.toAbsolutePath().normalize() + ")")
            + "; "
            + advice);
  }

  /** A whole UTF-8 text. */
  static String text(Path path) {
    try {
      return Files.readString(path);
    } catch (CharacterCodingException otherBytes) {
      throw new UnusableDataException(
          path + ": expected UTF-8 text, found other bytes", otherBytes);
    } catch (IOException unreadable) {
      throw unreadable(path, unreadable);
    }
  }

  static UnusableDataException unreadable(Path path, IOException cause) {
    String reason = cause instanceof AccessDeniedException ? "access denied" : cause.getMessage();
    return new UnusableDataException("data file " + path + " cannot be read: " + reason, cause);
  }
}
