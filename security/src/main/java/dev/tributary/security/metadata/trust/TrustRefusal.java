package dev.tributary.security.metadata.trust;

import java.util.Locale;

/** Why metadata was not believed. */
public enum TrustRefusal {
  /** The repository has no such file, though it must. */
  UNAVAILABLE,
  /** More bytes than the file may have: endless data. */
  TOO_LARGE,
  /** No metadata. */
  MALFORMED,
  /** Metadata of another role. */
  WRONG_ROLE,
  /** Not signed by enough of the keys that the root names: arbitrary software. */
  NOT_SIGNED,
  /** Older than what was seen before. */
  ROLLBACK,
  /** Not the version that was announced: mix and match, or a root that was skipped. */
  WRONG_VERSION,
  /** Not the bytes that were announced: mix and match. */
  WRONG_DIGEST,
  /** Two contents under one version: the repository does not say the same to everybody. */
  OTHER_CONTENT,
  /** Expired at the start of the update: a freeze, or a repository that nobody looks after. */
  EXPIRED;

  /** Kebab-case, for logs and reports: {@code not-signed}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
