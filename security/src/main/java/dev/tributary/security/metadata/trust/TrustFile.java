package dev.tributary.security.metadata.trust;

import dev.tributary.security.json.CanonicalJson;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import dev.tributary.security.metadata.MalformedMetadataException;
import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trust over a restart, as one file: the signed files themselves, in canonical JSON.
 *
 * <pre>{@code
 * {"format":"tributary-trust/1","roots":[...],"snapshot":{...},"targets":{...},"timestamp":{...}}
 * }</pre>
 *
 * <p>The file is believed as little as the network: every root must follow from the one that came
 * with the device, and everything else be signed by keys of one of those. So whoever writes to it
 * can make a device forget what it has seen, and no more.
 */
public final class TrustFile {

  /** No file is longer. */
  public static final int MAXIMUM_BYTES =
      TrustedMetadata.MAXIMUM_ROOT_BYTES
          + MetadataRole.TARGETS.maximumBytes()
          + MetadataRole.SNAPSHOT.maximumBytes()
          + MetadataRole.TIMESTAMP.maximumBytes()
          + 64 * 1024;

  private static final String FORMAT = "tributary-trust/1";
  private static final int MAXIMUM_ROOTS = 16 * 1024;

  private TrustFile() {}

  /** The file, owned by the caller. */
  public static byte[] encode(TrustedMetadata trusted) {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("format", JsonValue.of(FORMAT));
    fields.put(
        "roots", JsonValue.of(trusted.roots().stream().map(SignedMetadata::toJson).toList()));
    put(fields, trusted.timestamp());
    put(fields, trusted.snapshot());
    put(fields, trusted.targets());
    return JsonValue.of(fields).canonical();
  }

  private static void put(
      Map<String, JsonValue> fields, Optional<? extends SignedMetadata<?>> file) {
    file.ifPresent(known -> fields.put(known.metadata().role().text(), known.toJson()));
  }

  /**
   * What {@link #encode} wrote, checked anew.
   *
   * @param shipped the root that comes with the device now; when it is newer than all that are
   *     kept, it takes their place
   * @throws DamagedTrustException when the file does not follow from {@code shipped}
   * @throws IllegalArgumentException when {@code shipped} is not signed by its own keys
   */
  public static TrustedMetadata decode(SignedMetadata<RootMetadata> shipped, byte[] file)
      throws DamagedTrustException {
    RootChain anchor = RootChain.of(shipped);
    try {
      JsonFields fields = JsonFields.of("", CanonicalJson.parse(file, MAXIMUM_BYTES));
      fields.exactly("format", FORMAT);
      List<JsonValue> kept = fields.items("roots", MAXIMUM_ROOTS);
      SignedMetadata<RootMetadata> last = lastOf(kept);
      boolean isOvertaken = shipped.metadata().version() > last.metadata().version();
      RootChain roots = isOvertaken ? anchor : chain(anchor, kept);
      var read =
          new TrustedMetadata(
              roots,
              read(fields, MetadataRole.TIMESTAMP, SignedMetadata::timestamp, roots, isOvertaken),
              read(fields, MetadataRole.SNAPSHOT, SignedMetadata::snapshot, roots, isOvertaken),
              read(fields, MetadataRole.TARGETS, SignedMetadata::targets, roots, isOvertaken));
      fields.finish();
      boolean forgets = isOvertaken && TrustedMetadata.forgets(last.metadata(), shipped.metadata());
      return forgets
          ? new TrustedMetadata(roots, Optional.empty(), Optional.empty(), read.targets())
          : consistent(read);
    } catch (MalformedJsonException | MalformedMetadataException malformed) {
      throw new DamagedTrustException("kept trust: " + malformed.getMessage());
    }
  }

  private static SignedMetadata<RootMetadata> lastOf(List<JsonValue> kept)
      throws MalformedMetadataException, DamagedTrustException {
    if (kept.isEmpty()) {
      throw new DamagedTrustException("kept trust: expected at least one root, found none");
    }
    return SignedMetadata.root(kept.get(kept.size() - 1));
  }

  /** The kept roots from the shipped one on. */
  private static RootChain chain(RootChain anchor, List<JsonValue> kept)
      throws MalformedMetadataException, DamagedTrustException {
    RootChain chain = anchor;
    boolean met = false;
    for (JsonValue value : kept) {
      SignedMetadata<RootMetadata> root = SignedMetadata.root(value);
      if (root.metadata().version() == anchor.current().metadata().version()) {
        met = !met && Arrays.equals(root.signedBytes(), anchor.current().signedBytes());
      } else if (met && chain.isFollowedBy(root)) {
        chain = chain.followedBy(root);
      } else if (met) {
        throw new DamagedTrustException(
            "kept trust: root "
                + root.metadata().version()
                + " does not follow from root "
                + chain.current().metadata().version());
      }
    }
    if (!met) {
      throw new DamagedTrustException(
          "kept trust: expected the root "
              + anchor.current().metadata().version()
              + " that comes with this device among its roots, found none or another one");
    }
    return chain;
  }

  private static <M extends Metadata> Optional<SignedMetadata<M>> read(
      JsonFields fields, MetadataRole role, Reader<M> reader, RootChain roots, boolean mayBeOlder)
      throws MalformedJsonException, MalformedMetadataException, DamagedTrustException {
    if (!fields.has(role.text())) {
      return Optional.empty();
    }
    SignedMetadata<M> file = reader.read(fields.value(role.text()));
    if (roots.roots().stream().anyMatch(root -> root.metadata().verifies(file))) {
      return Optional.of(file);
    }
    if (mayBeOlder) {
      return Optional.empty();
    }
    throw new DamagedTrustException(
        "kept trust: the " + role.text() + " is not signed by keys of any kept root");
  }

  private static TrustedMetadata consistent(TrustedMetadata read) throws DamagedTrustException {
    long announced = read.timestamp().map(file -> file.metadata().snapshot().version()).orElse(0L);
    if (read.timestamp().isPresent() && read.versionOf(MetadataRole.SNAPSHOT) > announced) {
      throw new DamagedTrustException("kept trust: the snapshot is newer than its timestamp");
    }
    return read;
  }

  private interface Reader<M extends Metadata> {
    SignedMetadata<M> read(JsonValue value) throws MalformedMetadataException;
  }
}
