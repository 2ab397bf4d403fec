package dev.tributary.security.metadata;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Keys and roots that tests agree on: key number n is the same in every run. */
public final class MetadataKeys {

  public static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
  public static final Instant FAR = Instant.parse("2030-01-01T00:00:00Z");

  /** Three keys of the root, of which two must sign. */
  public static final MetadataSigner ROOT_1 = signer(1);

  public static final MetadataSigner ROOT_2 = signer(2);
  public static final MetadataSigner ROOT_3 = signer(3);
  public static final MetadataSigner TARGETS = signer(11);
  public static final MetadataSigner SNAPSHOT = signer(12);
  public static final MetadataSigner TIMESTAMP = signer(13);
  public static final OnlineSigners ONLINE = OnlineSigners.of(TARGETS, SNAPSHOT, TIMESTAMP);

  private MetadataKeys() {}

  public static MetadataSigner signer(int number) {
    byte[] seed = new byte[DeviceKeyPair.PRIVATE_KEY_LENGTH_BYTES];
    Arrays.fill(seed, (byte) number);
    return new MetadataSigner(
        DeviceKeyPair.of(SecretBytes.copyOf(seed, InsecureSecretAccess.get())));
  }

  public static RootPlan firstPlan() {
    return RootPlan.first(2, FAR)
        .with(MetadataRole.ROOT, ROOT_1.key())
        .with(MetadataRole.ROOT, ROOT_2.key())
        .with(MetadataRole.ROOT, ROOT_3.key())
        .with(MetadataRole.TARGETS, TARGETS.key())
        .with(MetadataRole.SNAPSHOT, SNAPSHOT.key())
        .with(MetadataRole.TIMESTAMP, TIMESTAMP.key());
  }

  public static SignedMetadata<RootMetadata> firstRoot() {
    return signed(firstPlan(), Optional.empty(), ROOT_1, ROOT_2);
  }

  /** The root after {@code previous}, signed by whoever is named, enough or not. */
  public static SignedMetadata<RootMetadata> signed(
      RootPlan plan, Optional<SignedMetadata<RootMetadata>> previous, MetadataSigner... by) {
    RootDraft draft = RootDraft.unsigned(plan, previous);
    for (MetadataSigner signer : by) {
      draft = draft.signedBy(signer);
    }
    return draft.file();
  }

  /** The root after {@code previous} with another key in place of the only one of a role. */
  public static SignedMetadata<RootMetadata> rotated(
      SignedMetadata<RootMetadata> previous, MetadataRole role, MetadataKey... keys) {
    return signed(
        RootPlan.after(previous.metadata(), FAR).withOnly(role, Arrays.asList(keys)),
        Optional.of(previous),
        ROOT_1,
        ROOT_2);
  }
}
