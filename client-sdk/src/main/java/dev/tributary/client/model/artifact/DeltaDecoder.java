package dev.tributary.client.model.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;

/** Rebuilds an artifact from an earlier one. Any thread may use it. */
public interface DeltaDecoder {

  /** Knows no delta: every model comes as a whole. */
  DeltaDecoder NONE =
      new DeltaDecoder() {
        @Override
        public boolean supports(ArtifactKind kind) {
          return false;
        }

        @Override
        public byte[] decode(StoredModel base, byte[] delta, int resultBytes)
            throws UnusableModelException {
          throw new UnusableModelException(
              "no deltas of " + base.kind().code() + " are known here");
        }
      };

  /** Whether it knows deltas of this kind. */
  boolean supports(ArtifactKind kind);

  /**
   * The artifact that a delta leads to. Its digest is verified by the caller.
   *
   * @param base the earlier artifact, as it was installed
   * @param delta the whole delta, unchanged
   * @param resultBytes how long the artifact must be: never more memory than this and what the
   *     arguments have
   * @throws UnusableModelException when the delta is damaged or starts from another base
   */
  byte[] decode(StoredModel base, byte[] delta, int resultBytes) throws UnusableModelException;
}
