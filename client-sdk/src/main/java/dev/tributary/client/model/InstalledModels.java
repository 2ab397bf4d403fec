package dev.tributary.client.model;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.security.json.CanonicalJson;
import dev.tributary.security.json.JsonFields;
import dev.tributary.security.json.JsonValue;
import dev.tributary.security.json.MalformedJsonException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file that says which models are installed: replaced as a whole, it is the switch.
 *
 * <pre>{@code {"current":{...},"format":"tributary-models/1","previous":{...}} }</pre>
 *
 * @param current what is run
 * @param previous what was run before, for when the current one's file is damaged, and to take
 *     deltas from
 */
record InstalledModels(StoredModel current, Optional<StoredModel> previous) {

  static final int MAXIMUM_BYTES = 256 * 1024;

  private static final String FORMAT = "tributary-models/1";
  private static final int MAXIMUM_TEXT_CHARS = 64 * 1024;

  byte[] encode() {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("format", JsonValue.of(FORMAT));
    fields.put("current", json(current));
    previous.ifPresent(model -> fields.put("previous", json(model)));
    return JsonValue.of(fields).canonical();
  }

  private static JsonValue json(StoredModel model) {
    Map<String, JsonValue> fields = new HashMap<>();
    fields.put("manifest", JsonValue.of(model.manifest().hex()));
    fields.put("version", JsonValue.of(model.version().hex()));
    fields.put("kind", JsonValue.of(model.kind().code()));
    fields.put("spec", JsonValue.of(model.spec().canonicalJson()));
    fields.put("codecs", JsonValue.texts(model.codecs()));
    fields.put("digest", JsonValue.of(model.digest().hex()));
    fields.put("bytes", JsonValue.of(model.bytes()));
    return JsonValue.of(fields);
  }

  /**
   * Reads the file.
   *
   * @param files where the models lie, each named by its digest
   * @throws MalformedJsonException when it is no such file
   */
  static InstalledModels decode(byte[] file, Path files) throws MalformedJsonException {
    try {
      JsonFields fields = JsonFields.of("", CanonicalJson.parse(file, MAXIMUM_BYTES));
      fields.exactly("format", FORMAT);
      StoredModel current = model(fields.object("current"), files);
      Optional<StoredModel> previous =
          fields.has("previous")
              ? Optional.of(model(fields.object("previous"), files))
              : Optional.empty();
      fields.finish();
      return new InstalledModels(current, previous);
    } catch (IllegalArgumentException outOfRange) {
      throw new MalformedJsonException(String.valueOf(outOfRange.getMessage()));
    }
  }

  private static StoredModel model(JsonFields fields, Path files) throws MalformedJsonException {
    List<String> codecs = new ArrayList<>();
    for (JsonValue codec : fields.items("codecs", 16)) {
      codecs.add(codec instanceof JsonValue.Text text ? text.text() : codec.kind());
    }
    String kind = fields.text("kind", 64);
    var digest = new FileDigest(fields.text("digest", 64));
    var model =
        new StoredModel(
            new FileDigest(fields.text("manifest", 64)),
            new ModelDigest(fields.text("version", 64)),
            ArtifactKind.ofCode(kind)
                .orElseThrow(() -> new MalformedJsonException("kind: '" + kind + "' is not known")),
            ModelSpec.fromJson(fields.text("spec", MAXIMUM_TEXT_CHARS)),
            codecs,
            digest,
            fields.whole("bytes", 1, Long.MAX_VALUE),
            files.resolve(digest.hex()));
    fields.finish();
    return model;
  }
}
