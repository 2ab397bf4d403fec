package dev.tributary.security.metadata;

import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.MetadataKey;
import dev.tributary.security.metadata.key.MetadataSignature;
import dev.tributary.security.metadata.key.RoleKeys;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which keys speak for which role (section 4.3), always with consistent snapshots.
 *
 * @param version in [1, 2^53)
 * @param expires to the second
 * @param keys by name; every key of a role is among them
 * @param roles all four
 */
public record RootMetadata(
    long version,
    Instant expires,
    SortedMap<KeyId, MetadataKey> keys,
    Map<MetadataRole, RoleKeys> roles)
    implements Metadata {

  private static final int MAXIMUM_KEYS = MetadataRole.values().length * RoleKeys.MAXIMUM_KEYS;

  public RootMetadata {
    Metadata.requireHeader(version, expires);
    keys = Collections.unmodifiableSortedMap(new TreeMap<>(keys));
    roles = Collections.unmodifiableMap(new EnumMap<>(roles));
    if (roles.size() != MetadataRole.values().length) {
      throw new IllegalArgumentException("root: expected keys for 4 roles, got " + roles.keySet());
    }
    keys.forEach(
        (id, key) -> {
          if (!key.id().equals(id)) {
            throw new IllegalArgumentException(
                "root: expected the key " + key.id() + " under its own id, got it under " + id);
          }
        });
    for (Map.Entry<MetadataRole, RoleKeys> role : roles.entrySet()) {
      if (!keys.keySet().containsAll(role.getValue().keyIds())) {
        throw new IllegalArgumentException(
            "root: the role " + role.getKey().text() + " names a key that is not there");
      }
    }
  }

  @Override
  public MetadataRole role() {
    return MetadataRole.ROOT;
  }

  /** The keys of a role. */
  public RoleKeys keysOf(MetadataRole role) {
    RoleKeys known = roles.get(role);
    if (known == null) {
      throw new IllegalArgumentException("no keys for " + role);
    }
    return known;
  }

  /**
   * The keys of {@code role}, as this root has them, that signed {@code file}: each at most once,
   * however often it stands there (section 5.3.4). A signature by any other key counts for nothing.
   */
  public SortedSet<KeyId> signersOf(SignedMetadata<?> file, MetadataRole role) {
    byte[] signed = file.signedBytes();
    SortedSet<KeyId> signers = new TreeSet<>();
    for (MetadataSignature signature : file.signatures()) {
      KeyId id = signature.keyId();
      MetadataKey key = keys.get(id);
      if (key != null
          && keysOf(role).keyIds().contains(id)
          && !signers.contains(id)
          && key.publicKey().verifies(signed, signature.signature())) {
        signers.add(id);
      }
    }
    return signers;
  }

  /** Whether as many keys of the file's role signed it as this root asks for. */
  public boolean verifies(SignedMetadata<?> file) {
    MetadataRole role = file.metadata().role();
    return signersOf(file, role).size() >= keysOf(role).threshold();
  }

  /** Whether a key that spoke for {@code role} under this root does not under {@code next}. */
  public boolean isRevokedBy(RootMetadata next, MetadataRole role) {
    return !next.keysOf(role).keyIds().containsAll(keysOf(role).keyIds());
  }

  @Override
  public JsonValue toJson() {
    Map<String, JsonValue> fields = Metadata.header(this);
    Map<String, JsonValue> keyFields = new TreeMap<>();
    keys.forEach((id, key) -> keyFields.put(id.hex(), key.toJson()));
    Map<String, JsonValue> roleFields = new TreeMap<>();
    roles.forEach((role, roleKeys) -> roleFields.put(role.text(), roleKeys.toJson()));
    fields.put("consistent_snapshot", JsonValue.of(true));
    fields.put("keys", JsonValue.of(keyFields));
    fields.put("roles", JsonValue.of(roleFields));
    return JsonValue.of(fields);
  }

  static RootMetadata read(JsonFields fields) throws MalformedJsonException {
    if (!fields.flag("consistent_snapshot")) {
      throw new MalformedJsonException(
          fields.path("consistent_snapshot") + ": expected true, got false");
    }
    SortedMap<KeyId, MetadataKey> keys = new TreeMap<>();
    for (Map.Entry<String, JsonValue> entry : fields.members("keys", MAXIMUM_KEYS).entrySet()) {
      String id = entry.getKey();
      if (!KeyId.FORM.matcher(id).matches()) {
        throw new MalformedJsonException(fields.path("keys") + ": expected key ids");
      }
      keys.put(
          new KeyId(id),
          MetadataKey.read(JsonFields.of(fields.path("keys." + id), entry.getValue())));
    }
    JsonFields roleFields = fields.object("roles");
    Map<MetadataRole, RoleKeys> roles = new EnumMap<>(MetadataRole.class);
    for (MetadataRole role : MetadataRole.values()) {
      roles.put(role, RoleKeys.read(roleFields.object(role.text())));
    }
    roleFields.finish();
    return new RootMetadata(Metadata.version(fields), Metadata.expires(fields), keys, roles);
  }
}
