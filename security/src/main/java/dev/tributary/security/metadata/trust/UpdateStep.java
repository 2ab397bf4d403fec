package dev.tributary.security.metadata.trust;

/**
 * Where an update stands: it asks for a file, or has ended. Whoever drives it keeps {@link
 * #trusted()} on its disk whenever that has changed (sections 5.3.8, 5.4.5, 5.5.7, 5.6.6), before
 * it goes on.
 */
public sealed interface UpdateStep permits Asking, UpdateStep.Updated, UpdateStep.Refused {

  /** What is trusted at this step. */
  TrustedMetadata trusted();

  /**
   * The end: all four roles are the repository's current ones.
   *
   * @param trusted what is trusted now
   * @param targets the files that may be fetched
   */
  record Updated(TrustedMetadata trusted, VerifiedTargets targets) implements UpdateStep {}

  /**
   * The end: a file was not believed. The next update begins with what is trusted here.
   *
   * @param trusted without that file
   * @param reason why
   * @param detail the same for people: the file, what was expected, what came
   */
  record Refused(TrustedMetadata trusted, TrustRefusal reason, String detail)
      implements UpdateStep {}
}
