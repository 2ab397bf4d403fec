package dev.tributary.coordinator.schedule;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.tributary.aggregation.model.NearestName;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A mapping of a YAML or JSON document being read strictly: every key is asked for by name with its
 * bounds, and {@link #finish} refuses those nobody asked for.
 */
final class ConfigNode {
  private static final int MAX_TEXT_CHARS = 1 << 20;
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private final String place;
  private final JsonNode node;
  private final Set<String> asked = new LinkedHashSet<>();

  private ConfigNode(String place, JsonNode node) {
    this.place = place;
    this.node = node;
  }

  /** Reads a whole document; JSON is a part of YAML. */
  static ConfigNode parse(String text) {
    if (text.length() > MAX_TEXT_CHARS) {
      throw new TaskConfigException(
          "the document has " + text.length() + " characters; at most " + MAX_TEXT_CHARS);
    }
    try (var parser = YAML.createParser(text)) {
      JsonNode root = YAML.readTree(parser);
      if (parser.nextToken() != null) {
        throw new TaskConfigException("one document is expected, but another begins");
      }
      return of("", root == null ? YAML.missingNode() : root);
    } catch (JacksonException e) {
      var at = e.getLocation();
      throw new TaskConfigException(
          "not YAML or JSON"
              + (at == null
                  ? ""
                  : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")")
              + ": "
              + e.getOriginalMessage().lines().findFirst().orElse(""));
    } catch (IOException e) { // a String does not fail to be read
      throw new TaskConfigException("cannot read the document: " + e.getMessage());
    }
  }

  boolean has(String key) {
    asked.add(key);
    return node.hasNonNull(key);
  }

  /** A mapping; empty when the key is missing, so that its defaults apply. */
  ConfigNode section(String key) {
    return has(key) ? of(path(key), node.get(key)) : of(path(key), YAML.createObjectNode());
  }

  /** A value that another reader understands, as JSON. */
  String json(String key) {
    return required(key).toString();
  }

  String text(String key) {
    JsonNode value = required(key);
    if (!value.isTextual()) {
      throw wrong(key, "a text", value);
    }
    return value.textValue();
  }

  /**
   * A text with a form of its own: the exception of {@code form} becomes one that names the key.
   */
  <T> T parsed(String key, Function<String, T> form) {
    return converted(key, text(key), form);
  }

  <T> Optional<T> optionalParsed(String key, Function<String, T> form) {
    return has(key) ? Optional.of(parsed(key, form)) : Optional.empty();
  }

  int integer(String key, int least, int most) {
    return (int) wholeNumber(key, least, most);
  }

  int integer(String key, int least, int most, int otherwise) {
    return has(key) ? integer(key, least, most) : otherwise;
  }

  int integer(String key, Bounds bounds) {
    return integer(key, (int) bounds.least(), (int) bounds.most());
  }

  int integer(String key, Bounds bounds, int otherwise) {
    return has(key) ? integer(key, bounds) : otherwise;
  }

  long wholeNumber(String key, long least, long most) {
    JsonNode value = required(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(key, "a whole number", value);
    }
    if (value.longValue() < least || value.longValue() > most) {
      throw wrong(key, "in [" + least + ", " + most + "]", value);
    }
    return value.longValue();
  }

  double number(String key, double least, double most, double otherwise) {
    return has(key) ? number(key, least, most) : otherwise;
  }

  double number(String key, double least, double most) {
    return number(key, new Bounds(least, most));
  }

  double number(String key, Bounds bounds, double otherwise) {
    return has(key) ? number(key, bounds) : otherwise;
  }

  /** A finite number, or {@code none} where nothing bounds it from above. */
  double number(String key, Bounds bounds) {
    JsonNode value = required(key);
    boolean unbounded = Double.isInfinite(bounds.most()) && value.asText().equals("none");
    if (!unbounded && (!value.isNumber() || !Double.isFinite(value.doubleValue()))) {
      throw wrong(key, Double.isInfinite(bounds.most()) ? "a number or none" : "a number", value);
    }
    double number = unbounded ? bounds.most() : value.doubleValue();
    if (number < bounds.least() || number > bounds.most()) {
      throw wrong(key, bounds.toString(), value);
    }
    return number;
  }

  boolean flag(String key, boolean otherwise) {
    if (!has(key)) {
      return otherwise;
    }
    JsonNode value = node.get(key);
    if (!value.isBoolean()) {
      throw wrong(key, "true or false", value);
    }
    return value.booleanValue();
  }

  /** One of some names; {@code otherwise} is one of them. */
  <T> T choice(String key, Map<String, T> names, String otherwise) {
    String name = has(key) ? text(key) : otherwise;
    T chosen = names.get(name);
    if (chosen == null) {
      throw wrong(
          key,
          names.keySet().stream().sorted().collect(Collectors.joining("' or '", "'", "'")),
          node.get(key));
    }
    return chosen;
  }

  List<String> texts(String key) {
    if (!has(key)) {
      return List.of();
    }
    JsonNode list = node.get(key);
    if (!list.isArray()
        || !StreamSupport.stream(list.spliterator(), false).allMatch(JsonNode::isTextual)) {
      throw wrong(key, "a list of texts", list);
    }
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::textValue).toList();
  }

  Map<String, String> textsByName(String key) {
    var texts = new LinkedHashMap<String, String>();
    if (has(key)) {
      for (var entry : of(path(key), node.get(key)).node.properties()) {
        if (!entry.getValue().isTextual()) {
          throw wrong(key + "." + entry.getKey(), "a text (quote it)", entry.getValue());
        }
        texts.put(entry.getKey(), entry.getValue().textValue());
      }
    }
    return texts;
  }

  /** Refuses a value whose bounds depend on other values. */
  void require(String key, boolean holds, String expected) {
    if (!holds) {
      JsonNode value = node.get(key);
      throw new TaskConfigException(
          path(key) + " must be " + expected + (value == null ? "" : ", not " + shown(value)));
    }
  }

  /** Refuses keys that were never asked for. */
  void finish() {
    for (var entry : node.properties()) {
      if (!asked.contains(entry.getKey())) {
        throw new TaskConfigException(
            "unknown key '"
                + path(entry.getKey())
                + "'"
                + NearestName.suggestion(entry.getKey(), asked));
      }
    }
  }

  /** Runs a constructor that checks on its own, naming this place when it refuses. */
  <T> T checked(Supplier<T> constructor) {
    try {
      return constructor.get();
    } catch (TaskConfigException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new TaskConfigException((place.isEmpty() ? "" : place + ": ") + e.getMessage());
    }
  }

  private static ConfigNode of(String place, JsonNode node) {
    if (!node.isObject()) {
      throw new TaskConfigException(
          (place.isEmpty() ? "the document" : place)
              + " must be a mapping of keys to values, not "
              + shown(node));
    }
    return new ConfigNode(place, node);
  }

  private <T> T converted(String key, String text, Function<String, T> form) {
    try {
      return form.apply(text);
    } catch (IllegalArgumentException e) {
      throw new TaskConfigException(path(key) + ": " + e.getMessage() + " (given: '" + text + "')");
    }
  }

  private JsonNode required(String key) {
    if (!has(key)) {
      throw new TaskConfigException("'" + path(key) + "' is missing");
    }
    return node.get(key);
  }

  private TaskConfigException wrong(String key, String expected, JsonNode value) {
    return new TaskConfigException(path(key) + " must be " + expected + ", not " + shown(value));
  }

  private String path(String key) {
    return place.isEmpty() ? key : place + "." + key;
  }

  private static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> "a mapping";
      case ARRAY -> "a list";
      case MISSING, NULL -> "nothing";
      default -> {
        String text = value.asText();
        yield "'" + (text.length() > 60 ? text.substring(0, 60) + "..." : text) + "'";
      }
    };
  }
}
