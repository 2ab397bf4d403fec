package dev.tributary.simulations.cli.trust;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.key.KeyId;
import dev.tributary.security.metadata.key.RoleKeys;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.simulations.output.JsonOption;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** A root as people and programs read it: keys, signatures, and what is missing. */
record RootReport(Path file, RootDraft draft) {

  static RootReport of(Path file, RootDraft draft) {
    return new RootReport(file, draft);
  }

  void print(JsonOption json, CommandSpec spec) {
    json.print(spec, fields(), this::print);
  }

  private Map<String, Object> fields() {
    RootMetadata root = draft.file().metadata();
    Map<String, Object> roles = new LinkedHashMap<>();
    for (MetadataRole role : MetadataRole.values()) {
      RoleKeys keys = root.keysOf(role);
      Map<String, String> publicKeys = new LinkedHashMap<>();
      keys.keyIds().forEach(id -> publicKeys.put(id.hex(), publicKey(id)));
      roles.put(role.text(), Map.of("threshold", keys.threshold(), "keys", publicKeys));
    }
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("file", file.toString());
    fields.put("version", root.version());
    fields.put("expires", root.expires().toString());
    fields.put("roles", roles);
    fields.put("signedBy", hex(draft.signers()));
    fields.put("notSignedBy", hex(draft.unsignedBy()));
    fields.put("missingSignatures", draft.missingOwn());
    fields.put("missingSignaturesOfPrevious", draft.missingPrevious());
    fields.put("complete", draft.isComplete());
    return fields;
  }

  private void print(PrintWriter out) {
    RootMetadata root = draft.file().metadata();
    out.println("root " + root.version() + ", expires " + root.expires());
    for (MetadataRole role : MetadataRole.values()) {
      RoleKeys keys = root.keysOf(role);
      out.println(
          "%-9s  %d of %d keys".formatted(role.text(), keys.threshold(), keys.keyIds().size()));
      keys.keyIds()
          .forEach(
              id ->
                  out.println(
                      "  "
                          + id
                          + (role == MetadataRole.ROOT && draft.signers().contains(id)
                              ? "  signed"
                              : "")));
    }
    if (draft.isComplete()) {
      out.println("complete: devices that believe the root before it believe this one");
    } else {
      out.println(
          "not complete: "
              + draft.missingOwn()
              + " more of its own root keys must sign"
              + (draft.previous().isPresent()
                  ? ", and " + draft.missingPrevious() + " more of the root before"
                  : ""));
    }
  }

  private String publicKey(KeyId id) {
    return draft.key(id).map(key -> key.publicKey().toString()).orElse("");
  }

  private static List<String> hex(Iterable<KeyId> ids) {
    List<String> hex = new ArrayList<>();
    ids.forEach(id -> hex.add(id.hex()));
    return hex;
  }
}
