package dev.tributary.security.metadata.signing;

import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.key.MetadataSignature;
import java.util.ArrayList;
import java.util.List;

/** A key that signs metadata. Safe for use by many threads. */
public final class MetadataSigner {

  private final DeviceKeyPair keys;
  private final MetadataKey key;
  private final KeyId id;

  /**
   * Signs with {@code keys}, an Ed25519 pair like that of a device.
   *
   * @param keys stays the caller's, who destroys it
   */
  public MetadataSigner(DeviceKeyPair keys) {
    this.keys = keys;
    this.key = new MetadataKey(keys.publicKey());
    this.id = key.id();
  }

  /** The public half. */
  public MetadataKey key() {
    return key;
  }

  /** Its name. */
  public KeyId id() {
    return id;
  }

  /** The file with this key's signature added, or made anew where there was one. */
  public <M extends Metadata> SignedMetadata<M> sign(SignedMetadata<M> file) {
    List<MetadataSignature> signatures = new ArrayList<>(file.signatures());
    signatures.removeIf(signature -> signature.keyId().equals(id));
    signatures.add(new MetadataSignature(id, keys.sign(file.signedBytes())));
    return new SignedMetadata<>(file.metadata(), signatures);
  }

  @Override
  public String toString() {
    return "MetadataSigner[" + id + "]";
  }
}
