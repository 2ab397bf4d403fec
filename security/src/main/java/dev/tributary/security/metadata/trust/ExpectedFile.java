package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetFile;
import java.time.Instant;
import java.util.Arrays;

/** What the steps of an update have in common: the checks that all files undergo. */
abstract sealed class ExpectedFile implements Asking
    permits ExpectedRoot, ExpectedTimestamp, ExpectedSnapshot, ExpectedTargets {

  private final MetadataRole role;
  private final TrustedMetadata trusted;
  private final Instant start;

  /**
   * A step.
   *
   * @param start when the update began: the time that all expiries are compared with (section 5.1)
   */
  ExpectedFile(MetadataRole role, TrustedMetadata trusted, Instant start) {
    this.role = role;
    this.trusted = trusted;
    this.start = start;
  }

  @Override
  public final MetadataRole role() {
    return role;
  }

  @Override
  public final TrustedMetadata trusted() {
    return trusted;
  }

  final Instant start() {
    return start;
  }

  @Override
  public final UpdateStep received(byte[] content) {
    try {
      if (content.length > maximumBytes()) {
        throw refused(
            TrustRefusal.TOO_LARGE,
            "expected at most " + maximumBytes() + " bytes, got " + content.length);
      }
      return accept(content);
    } catch (MalformedMetadataException malformed) {
      TrustRefusal reason =
          malformed.isOfAnotherRole() ? TrustRefusal.WRONG_ROLE : TrustRefusal.MALFORMED;
      return new Refused(trusted, reason, file() + ": " + malformed.getMessage());
    } catch (RefusedMetadataException refused) {
      return new Refused(trusted, refused.reason(), refused.detail());
    }
  }

  @Override
  public UpdateStep missing() {
    return new Refused(
        trusted, TrustRefusal.UNAVAILABLE, file() + ": the repository says that it has none");
  }

  /** All checks of this role; what is trusted changes only after the last of them. */
  abstract UpdateStep accept(byte[] content)
      throws MalformedMetadataException, RefusedMetadataException;

  final RefusedMetadataException refused(TrustRefusal reason, String detail) {
    return new RefusedMetadataException(reason, file() + ": " + detail);
  }

  /**
   * The checks against hashes (5.5.2, 5.6.2), with the length, which is part of the same promise.
   */
  final void requireBytes(TargetFile announced, byte[] content) throws RefusedMetadataException {
    if (!announced.describes(content)) {
      throw refused(
          TrustRefusal.WRONG_DIGEST, "expected " + announced + ", got " + TargetFile.of(content));
    }
  }

  /** The checks for arbitrary software (5.4.2, 5.5.3, 5.6.3). */
  final void requireSignatures(SignedMetadata<?> file) throws RefusedMetadataException {
    requireSignatures(file, trusted);
  }

  private void requireSignatures(SignedMetadata<?> file, TrustedMetadata by)
      throws RefusedMetadataException {
    if (!by.root().verifies(file)) {
      throw refused(
          TrustRefusal.NOT_SIGNED,
          "expected signatures of "
              + by.root().keysOf(role).threshold()
              + " keys of "
              + role.text()
              + " in root "
              + by.root().version()
              + ", got "
              + by.root().signersOf(file, role).size());
    }
  }

  /** The checks against announced versions (5.5.4, 5.6.4). */
  final void requireVersion(long announced, Metadata metadata) throws RefusedMetadataException {
    if (metadata.version() != announced) {
      throw refused(
          TrustRefusal.WRONG_VERSION,
          "expected version " + announced + ", got " + metadata.version());
    }
  }

  /** Refuses a version below one that was seen. */
  final void requireNotBefore(String what, long seen, long version)
      throws RefusedMetadataException {
    if (version < seen) {
      throw refused(
          TrustRefusal.ROLLBACK,
          "expected version " + seen + " of " + what + " or a higher one, got " + version);
    }
  }

  /** Refuses another content of a version that was seen. */
  final void requireSame(String what, long version, boolean same) throws RefusedMetadataException {
    if (!same) {
      throw refused(
          TrustRefusal.OTHER_CONTENT,
          "expected the content of "
              + what
              + " version "
              + version
              + " that was seen before,"
              + " got another one");
    }
  }

  /** The checks for a freeze (5.3.10, 5.4.4, 5.5.6, 5.6.5). */
  final void requireUnexpired(Metadata metadata) throws RefusedMetadataException {
    if (metadata.isExpiredAt(start)) {
      throw new RefusedMetadataException(
          TrustRefusal.EXPIRED,
          metadata.role().text()
              + " version "
              + metadata.version()
              + ": expected an expiry after "
              + start
              + ", got "
              + metadata.expires());
    }
  }

  static boolean sameContent(SignedMetadata<?> one, SignedMetadata<?> other) {
    return Arrays.equals(one.signedBytes(), other.signedBytes());
  }
}
