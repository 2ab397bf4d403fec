package dev.tributary.coordinator.ops;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tributary.aggregation.model.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads settings from a YAML file, then the environment, then {@code key=value} arguments; the
 * later one wins. Strict: an unknown key is an error that names the nearest known one, and so are
 * repeated keys and values of the wrong kind.
 */
final class ConfigReader {

  static final String ENVIRONMENT_PREFIX = "TRIBUTARY_";

  private static final long LARGEST_FILE_BYTES = 1 << 20;
  private static final Logger LOG = LoggerFactory.getLogger(ConfigReader.class);
  private static final YAMLMapper YAML =
      new YAMLMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private final Map<String, Setting> known = new LinkedHashMap<>();
  private final Map<String, String> values = new LinkedHashMap<>();

  ConfigReader(List<Setting> settings) {
    for (Setting setting : settings) {
      known.put(setting.path(), setting);
      if (!setting.initial().isEmpty()) {
        values.put(setting.path(), setting.initial());
      }
    }
  }

  /** The text of every key that has a value, by path. */
  Map<String, String> values() {
    return Map.copyOf(values);
  }

  ConfigReader file(Path file) {
    JsonNode root;
    try {
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw new ConfigException(
            file + " has " + Files.size(file) + " bytes; expected at most " + LARGEST_FILE_BYTES);
      }
      root = YAML.readTree(Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new ConfigException("configuration file " + file + " does not exist", e);
    } catch (JacksonException e) {
      throw new ConfigException(malformed(file, e), e);
    } catch (IOException e) {
      throw new ConfigException(
          "configuration file " + file + " cannot be read: " + e.getMessage(), e);
    }
    if (!root.isMissingNode() && !root.isNull()) {
      flatten(root, "", file.toString());
    }
    return this;
  }

  /**
   * Takes every variable that belongs to a key. Others with the prefix belong to the launcher and
   * the commands.
   */
  ConfigReader environment(Map<String, String> environment) {
    for (Setting setting : known.values()) {
      String value = environment.get(setting.environmentName());
      if (value != null) {
        put(setting.path(), value, setting.environmentName());
      }
    }
    return this;
  }

  ConfigReader arguments(List<String> arguments) {
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("argument '" + argument + "' is no setting; expected key=value");
      }
      put(argument.substring(0, equals), argument.substring(equals + 1), "argument");
    }
    return this;
  }

  private void flatten(JsonNode node, String path, String source) {
    if (!node.isObject()) {
      String where = path.isEmpty() ? "the document" : path;
      if (path.isEmpty() || !node.isValueNode() || node.isNull()) {
        throw new ConfigException(
            source
                + ": "
                + where
                + " is "
                + node.getNodeType().name().toLowerCase(Locale.ROOT)
                + "; expected "
                + (path.isEmpty() ? "keys with values" : "one value"));
      }
      put(path, node.asText(), source);
      return;
    }
    if (!path.isEmpty() && known.keySet().stream().noneMatch(key -> key.startsWith(path + "."))) {
      throw unknown(path, source);
    }
    node.properties()
        .forEach(
            entry ->
                flatten(
                    entry.getValue(),
                    path.isEmpty() ? entry.getKey() : path + "." + entry.getKey(),
                    source));
  }

  private void put(String path, String text, String source) {
    Setting setting = known.get(path);
    if (setting == null) {
      throw unknown(path, source);
    }
    values.put(path, setting.checked(text, source));
    LOG.debug("{} set by {}", path, source);
  }

  private ConfigException unknown(String path, String source) {
    return new ConfigException(
        source + ": unknown key '" + path + "'" + NearestName.suggestion(path, known.keySet()));
  }

  private static String malformed(Path file, JacksonException e) {
    var location = e.getLocation();
    String where =
        location == null
            ? ""
            : " line " + location.getLineNr() + ", column " + location.getColumnNr();
    return file
        + where
        + ": not valid YAML: "
        + e.getOriginalMessage().lines().findFirst().orElse("");
  }
}
