package dev.tributary.security.metadata.signing;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.MetadataKey;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A root on its way from one key holder to the next, until enough of them signed it: of its own
 * root keys and, unless it is the first, of the root before it (section 6.1). Immutable.
 *
 * @param file what is signed so far
 * @param previous the root that it follows; empty for the first
 */
public record RootDraft(
    SignedMetadata<RootMetadata> file, Optional<SignedMetadata<RootMetadata>> previous) {

  public RootDraft {
    if (previous.isPresent()) {
      RootMetadata before = previous.get().metadata();
      if (!before.verifies(previous.get())) {
        throw new IllegalArgumentException(
            "root " + before.version() + " is not signed by enough of its own keys");
      }
      if (file.metadata().version() != before.version() + 1) {
        throw new IllegalArgumentException(
            "root "
                + file.metadata().version()
                + ": expected root "
                + (file.metadata().version() - 1)
                + " before it, got "
                + before.version());
      }
    }
  }

  /** A root that nobody signed yet. */
  public static RootDraft unsigned(RootPlan plan, Optional<SignedMetadata<RootMetadata>> previous) {
    return new RootDraft(new SignedMetadata<>(plan.toMetadata(), List.of()), previous);
  }

  /**
   * With one more signature.
   *
   * @throws IllegalArgumentException when the key is no root key, neither of this root nor of the
   *     one before
   */
  public RootDraft signedBy(MetadataSigner signer) {
    KeyId id = signer.id();
    boolean isRootKey =
        isRootKey(file.metadata(), id)
            || previous.map(before -> isRootKey(before.metadata(), id)).orElse(false);
    if (!isRootKey) {
      throw new IllegalArgumentException(
          "root "
              + file.metadata().version()
              + ": the key "
              + id
              + " is no root key of it"
              + (previous.isPresent() ? " or of the root before" : ""));
    }
    return new RootDraft(signer.sign(file), previous);
  }

  private static boolean isRootKey(RootMetadata root, KeyId id) {
    return root.keysOf(MetadataRole.ROOT).keyIds().contains(id);
  }

  /** How many more of its own root keys must sign it, at least 0. */
  public int missingOwn() {
    return missing(file.metadata());
  }

  /** How many more root keys of the root before must sign it, at least 0. */
  public int missingPrevious() {
    return previous.map(before -> missing(before.metadata())).orElse(0);
  }

  private int missing(RootMetadata by) {
    int threshold = by.keysOf(MetadataRole.ROOT).threshold();
    return Math.max(0, threshold - by.signersOf(file, MetadataRole.ROOT).size());
  }

  /** Whether devices believe it. */
  public boolean isComplete() {
    return missingOwn() == 0 && missingPrevious() == 0;
  }

  /** Every root key whose signature is on it and good. */
  public SortedSet<KeyId> signers() {
    SortedSet<KeyId> signers = new TreeSet<>(file.metadata().signersOf(file, MetadataRole.ROOT));
    previous.ifPresent(
        before -> signers.addAll(before.metadata().signersOf(file, MetadataRole.ROOT)));
    return signers;
  }

  /** Root keys of either root by whom it is not signed. */
  public SortedSet<KeyId> unsignedBy() {
    SortedSet<KeyId> keys = new TreeSet<>(file.metadata().keysOf(MetadataRole.ROOT).keyIds());
    previous.ifPresent(before -> keys.addAll(before.metadata().keysOf(MetadataRole.ROOT).keyIds()));
    keys.removeAll(signers());
    return keys;
  }

  /** The public half of a root key of either root. */
  public Optional<MetadataKey> key(KeyId id) {
    return Optional.ofNullable(file.metadata().keys().get(id))
        .or(() -> previous.map(before -> before.metadata().keys().get(id)));
  }
}
