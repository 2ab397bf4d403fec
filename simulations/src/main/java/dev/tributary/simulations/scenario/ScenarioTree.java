package dev.tributary.simulations.scenario;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A scenario's YAML as a tree of keys, with overrides put into it. */
final class ScenarioTree {

  private static final long MAXIMUM_FILE_BYTES = 1 << 20;

  /** Sections that may be written as one word, and the key that the word stands for. */
  private static final Map<String, String> SHORT_FORMS =
      Map.of("data", "name", "partition", "kind");

  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private ScenarioTree() {}

  /** The keys of a file. */
  static Section read(Path file, List<String> overrides) {
    try {
      if (Files.exists(file) && Files.size(file) > MAXIMUM_FILE_BYTES) {
        throw new ScenarioException(
            "scenario "
                + file
                + ": expected at most "
                + MAXIMUM_FILE_BYTES
                + " bytes, found "
                + Files.size(file));
      }
      return parse(file.toString(), Files.readString(file), overrides);
    } catch (NoSuchFileException missing) {
      throw new ScenarioException("scenario " + file + ": there is no such file", missing);
    } catch (CharacterCodingException notText) {
      throw new ScenarioException(
          "scenario " + file + ": expected UTF-8 text, found other bytes", notText);
    } catch (IOException unreadable) {
      throw new ScenarioException(
          "scenario " + file + ": cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  /** The keys of a text that error messages call {@code origin}. */
  static Section parse(String origin, String yaml, List<String> overrides) {
    JsonNode tree = tree("scenario " + origin, yaml);
    if (!(tree instanceof ObjectNode root)) {
      throw new ScenarioException(
          "scenario "
              + origin
              + ": expected a mapping of keys, found "
              + (tree.isMissingNode() || tree.isNull() ? "nothing" : tree.getNodeType()));
    }
    overrides.forEach(override -> apply(root, override));
    SHORT_FORMS.forEach((key, shortened) -> expand(root, key, shortened));
    return Section.root(root);
  }

  private static JsonNode tree(String origin, String yaml) {
    try (var parser = YAML.createParser(yaml)) {
      JsonNode tree = YAML.readTree(parser);
      if (tree != null && parser.nextToken() != null) {
        throw new ScenarioException(
            origin + ": expected one YAML document, found another after it");
      }
      return tree == null ? YAML.missingNode() : tree;
    } catch (JacksonException malformed) {
      var place = malformed.getLocation();
      throw new ScenarioException(
          origin
              + (place == null ? "" : ", line " + place.getLineNr())
              + ": not valid YAML: "
              + sentence(malformed.getOriginalMessage()),
          malformed);
    } catch (IOException impossible) {
      throw new ScenarioException(
          origin + ": cannot be read: " + impossible.getMessage(), impossible);
    }
  }

  /** The lines that say what is wrong, without the indented ones that show where. */
  private static String sentence(String yamlMessage) {
    return yamlMessage
        .lines()
        .filter(line -> !line.startsWith(" "))
        .collect(Collectors.joining(", "));
  }

  private static void apply(ObjectNode root, String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new ScenarioException("override " + override + ": expected key=value");
    }
    String[] keys = override.substring(0, equals).split("\\.", -1);
    ObjectNode parent = root;
    for (int depth = 0; depth < keys.length - 1; depth++) {
      if (depth == 0 && SHORT_FORMS.containsKey(keys[0])) {
        expand(root, keys[0], SHORT_FORMS.getOrDefault(keys[0], ""));
      }
      JsonNode child = parent.path(keys[depth]);
      if (child.isMissingNode()) {
        child = parent.putObject(keys[depth]);
      }
      if (!(child instanceof ObjectNode object)) {
        throw new ScenarioException(
            "override "
                + override
                + ": "
                + keys[depth]
                + " has no keys of its own, it is "
                + child);
      }
      parent = object;
    }
    JsonNode value = tree("override " + override, override.substring(equals + 1));
    if (value.isMissingNode()) {
      throw new ScenarioException(
          "override " + override + ": expected a value after =, found nothing");
    }
    parent.set(keys[keys.length - 1], value);
  }

  private static void expand(ObjectNode root, String key, String shortened) {
    JsonNode value = root.path(key);
    if (value.isTextual()) {
      root.putObject(key).set(shortened, value);
    }
  }
}
