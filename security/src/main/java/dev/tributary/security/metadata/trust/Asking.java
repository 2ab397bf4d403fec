package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.MetadataRole;

/** An update that needs a file from the repository. */
public sealed interface Asking extends UpdateStep permits ExpectedFile {

  /** What kind of file. */
  MetadataRole role();

  /** Its name on the repository: {@code 7.targets.json}. */
  String file();

  /** Fetch no more than this many bytes of it, at least 1. */
  int maximumBytes();

  /**
   * The file has come.
   *
   * @param content what came, trusted in nothing
   */
  UpdateStep received(byte[] content);

  /** The repository says that it has no such file. */
  UpdateStep missing();
}
