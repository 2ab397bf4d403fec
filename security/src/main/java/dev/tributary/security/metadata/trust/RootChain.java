package dev.tributary.security.metadata.trust;

import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.util.ArrayList;
import java.util.List;

/**
 * The roots that a device believes, from the one that came with it to the current one; each but the
 * first is one version above the one before and signed by enough keys of both (section 6.1). They
 * are kept so that a device that starts again need not believe its own disk.
 */
final class RootChain {

  private final List<SignedMetadata<RootMetadata>> roots;
  private final int sizeBytes;

  private RootChain(List<SignedMetadata<RootMetadata>> roots, int sizeBytes) {
    this.roots = roots;
    this.sizeBytes = sizeBytes;
  }

  /**
   * A chain of one.
   *
   * @throws IllegalArgumentException when the root is not signed by its own keys
   */
  static RootChain of(SignedMetadata<RootMetadata> root) {
    if (!root.metadata().verifies(root)) {
      throw new IllegalArgumentException(
          "root "
              + root.metadata().version()
              + ": expected the signatures of its own root keys, got too few");
    }
    return new RootChain(List.of(root), root.encode().length);
  }

  /** Whether {@code next} may follow. */
  boolean isFollowedBy(SignedMetadata<RootMetadata> next) {
    RootMetadata current = current().metadata();
    return next.metadata().version() == current.version() + 1
        && current.verifies(next)
        && next.metadata().verifies(next);
  }

  /**
   * The longer chain.
   *
   * @throws IllegalArgumentException when {@code next} may not follow
   */
  RootChain followedBy(SignedMetadata<RootMetadata> next) {
    if (!isFollowedBy(next)) {
      throw new IllegalArgumentException(
          "root "
              + next.metadata().version()
              + " does not follow from root "
              + current().metadata().version());
    }
    List<SignedMetadata<RootMetadata>> longer = new ArrayList<>(roots);
    longer.add(next);
    return new RootChain(List.copyOf(longer), sizeBytes + next.encode().length);
  }

  SignedMetadata<RootMetadata> current() {
    return roots.get(roots.size() - 1);
  }

  List<SignedMetadata<RootMetadata>> roots() {
    return roots;
  }

  int sizeBytes() {
    return sizeBytes;
  }
}
