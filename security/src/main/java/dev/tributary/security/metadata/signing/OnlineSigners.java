package dev.tributary.security.metadata.signing;

import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The keys that a repository signs with by itself: those of the targets, the snapshot and the
 * timestamp.
 *
 * @param byRole for each of the three at least one
 */
public record OnlineSigners(Map<MetadataRole, List<MetadataSigner>> byRole) {

  private static final List<MetadataRole> ROLES =
      List.of(MetadataRole.TARGETS, MetadataRole.SNAPSHOT, MetadataRole.TIMESTAMP);

  public OnlineSigners {
    Map<MetadataRole, List<MetadataSigner>> copy = new EnumMap<>(MetadataRole.class);
    byRole.forEach((role, signers) -> copy.put(role, List.copyOf(signers)));
    for (MetadataRole role : ROLES) {
      if (copy.getOrDefault(role, List.of()).isEmpty()) {
        throw new IllegalArgumentException("online signers: expected one of " + role.text());
      }
    }
    if (copy.containsKey(MetadataRole.ROOT)) {
      throw new IllegalArgumentException("online signers: a root is signed offline");
    }
    byRole = copy;
  }

  /** One key for all three. */
  public static OnlineSigners of(MetadataSigner signer) {
    return of(signer, signer, signer);
  }

  /** One key for each. */
  public static OnlineSigners of(
      MetadataSigner targets, MetadataSigner snapshot, MetadataSigner timestamp) {
    return new OnlineSigners(
        Map.of(
            MetadataRole.TARGETS,
            List.of(targets),
            MetadataRole.SNAPSHOT,
            List.of(snapshot),
            MetadataRole.TIMESTAMP,
            List.of(timestamp)));
  }

  /** The roles, in the order in which they are signed. */
  static List<MetadataRole> roles() {
    return ROLES;
  }

  /**
   * Signs with all keys of the role.
   *
   * @throws IllegalArgumentException when {@code root} asks for other or more keys: a device would
   *     refuse the file
   */
  <M extends Metadata> SignedMetadata<M> sign(RootMetadata root, M metadata) {
    SignedMetadata<M> signed = new SignedMetadata<>(metadata, List.of());
    for (MetadataSigner signer : byRole.getOrDefault(metadata.role(), List.of())) {
      if (root.keysOf(metadata.role()).keyIds().contains(signer.id())) {
        signed = signer.sign(signed);
      }
    }
    if (!root.verifies(signed)) {
      throw new IllegalArgumentException(
          metadata.role().text()
              + ": root "
              + root.version()
              + " asks for "
              + root.keysOf(metadata.role()).threshold()
              + " of the keys "
              + root.keysOf(metadata.role()).keyIds()
              + ", the online signers have "
              + signed.signatures().size()
              + " of them");
    }
    return signed;
  }
}
