package dev.tributary.security.metadata;

import java.util.Locale;

/** The four roles of a repository (section 2.1). */
public enum MetadataRole {
  /** Says which keys speak for all roles; signed offline, by a threshold. */
  ROOT(64 * 1024),
  /** Says which files there are. */
  TARGETS(4 * 1024 * 1024),
  /** Says which version of the targets is the current one. */
  SNAPSHOT(16 * 1024),
  /** Says which snapshot is the current one; lives for about a day. */
  TIMESTAMP(16 * 1024);

  private final int maximumBytes;

  MetadataRole(int maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  /** No file of this role is longer: what W, X, Y and Z are in section 5. */
  public int maximumBytes() {
    return maximumBytes;
  }

  /** The {@code _type} of its files, and its name in a root. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name in the metadata of others: {@code targets.json}. */
  public String metaPath() {
    return text() + ".json";
  }

  /**
   * The file on the repository (section 6.2, consistent snapshots).
   *
   * @param version at least 1; of no account for the timestamp, which has one name
   */
  public String fileName(long version) {
    return this == TIMESTAMP ? metaPath() : version + "." + metaPath();
  }
}
