package dev.tributary.simulations.scenario;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.scenario.Section.Range;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The reading of a scenario: YAML into a tree, overrides into the tree, then every key once, strictly. Keys, units and
 * defaults are documented in {@code docs/simulations.md}; a test keeps the two together.
 */
final class ScenarioReader {

  /** What a round number may be at most: far above any run, far below overflow. */
  static final int MAXIMUM_ROUNDS = 1_000_000;

  static final int MAXIMUM_DEVICES = 1_000_000;
  private static final int MAXIMUM_THREADS = 1024;
  private static final long MAXIMUM_FILE_BYTES = 1 << 20;

  /** Sections that may be written as one word, and the key that the word stands for. */
  private static final Map<String, String> SHORT_FORMS = Map.of("data", "name", "partition", "kind");

  private static final YAMLMapper YAML = new YAMLMapper(
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private ScenarioReader() {}

  static Scenario read(Path file, List<String> overrides) {
    try {
      if (Files.exists(file) && Files.size(file) > MAXIMUM_FILE_BYTES) {
        throw new ScenarioException("scenario " + file + ": expected at most " + MAXIMUM_FILE_BYTES
            + " bytes, found " + Files.size(file));
      }
      return parse(file.toString(), Files.readString(file), overrides);
    } catch (NoSuchFileException missing) {
      throw new ScenarioException("scenario " + file + ": there is no such file", missing);
    } catch (CharacterCodingException notText) {
      throw new ScenarioException("scenario " + file + ": expected UTF-8 text, found other bytes", notText);
    } catch (IOException unreadable) {
      throw new ScenarioException("scenario " + file + ": cannot be read: " + unreadable.getMessage(), unreadable);
    }
  }

  static Scenario parse(String origin, String yaml, List<String> overrides) {
    JsonNode tree = tree("scenario " + origin, yaml);
    if (!(tree instanceof ObjectNode root)) {
      throw new ScenarioException("scenario " + origin + ": expected a mapping of keys, found "
          + (tree.isMissingNode() || tree.isNull() ? "nothing" : tree.getNodeType()));
    }
    overrides.forEach(override -> apply(root, override));
    SHORT_FORMS.forEach((key, shortened) -> expand(root, key, shortened));
    return scenario(Section.root(root));
  }

  private static JsonNode tree(String origin, String yaml) {
    try (var parser = YAML.createParser(yaml)) {
      JsonNode tree = YAML.readTree(parser);
      if (tree != null && parser.nextToken() != null) {
        throw new ScenarioException(origin + ": expected one YAML document, found another after it");
      }
      return tree == null ? YAML.missingNode() : tree;
    } catch (JacksonException malformed) {
      var place = malformed.getLocation();
      throw new ScenarioException(
          origin + (place == null ? "" : ", line " + place.getLineNr()) + ": not valid YAML: "
              + sentence(malformed.getOriginalMessage()),
          malformed);
    } catch (IOException impossible) {
      throw new ScenarioException(origin + ": cannot be read: " + impossible.getMessage(), impossible);
    }
  }

  /** The lines that say what is wrong, without the indented ones that show where. */
  private static String sentence(String yamlMessage) {
    return yamlMessage.lines().filter(line -> !line.startsWith(" ")).collect(Collectors.joining(", "));
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
        throw new ScenarioException("override " + override + ": " + keys[depth] + " has no keys of its own, it is "
            + child);
      }
      parent = object;
    }
    JsonNode value = tree("override " + override, override.substring(equals + 1));
    if (value.isMissingNode()) {
      throw new ScenarioException("override " + override + ": expected a value after =, found nothing");
    }
    parent.set(keys[keys.length - 1], value);
  }

  private static void expand(ObjectNode root, String key, String shortened) {
    JsonNode value = root.path(key);
    if (value.isTextual()) {
      root.putObject(key).set(shortened, value);
    }
  }

  private static Scenario scenario(Section root) {
    String name = root.text("name").orElse("unnamed");
    String description = root.text("description").orElse("");
    int devices = root.requiredInteger("devices", 1, MAXIMUM_DEVICES);
    int cohort = root.integer("cohort", 1, devices, devices);
    Scenario scenario = new Scenario(
        name,
        description,
        root.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE).orElse(1L),
        DataSourceReader.read(root.section("data")),
        partition(root.section("partition")),
        ModelChoiceReader.read(root),
        devices,
        cohort,
        root.integer("minimumReports", 1, cohort, 1),
        root.requiredInteger("rounds", 1, MAXIMUM_ROUNDS),
        training(root.section("training")),
        server(root.section("server")),
        quantization(root.section("quantization"), cohort),
        behaviour(root.section("behaviour")),
        root.choice("transport", List.of(TransportKind.values()), TransportKind::code)
            .orElse(TransportKind.DIRECT),
        root.choice("protocol", List.of(ProtocolKind.values()), ScenarioReader::code).orElse(ProtocolKind.PLAIN),
        root.choice("runtime", List.of(RuntimeChoice.values()), RuntimeChoice::code)
            .orElse(RuntimeChoice.AUTO),
        root.integer("threads", 1, MAXIMUM_THREADS, Math.min(MAXIMUM_THREADS, Runtime.getRuntime().availableProcessors())),
        root.integer("evaluateEvery", 1, MAXIMUM_ROUNDS, 1),
        optional(root.number("targetAccuracy", Range.INNER_FRACTION)));
    root.refuseOthers();
    requireKnownDevices(scenario);
    return scenario;
  }

  private static void requireKnownDevices(Scenario scenario) {
    if (scenario.partition() instanceof Partition.Natural && !scenario.data().knowsDevices()) {
      throw new ScenarioException("partition.kind: expected iid, shards, dirichlet or quantity, because the rows of "
          + scenario.data().name() + " do not tell their device, found natural");
    }
  }

  static String code(ProtocolKind protocol) {
    return protocol.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static OptionalDouble optional(Optional<Double> number) {
    return number.map(OptionalDouble::of).orElse(OptionalDouble.empty());
  }

  private static Partition partition(Section section) {
    String kind = section.choice(
            "kind", List.of("iid", "shards", "dirichlet", "quantity", "natural"), word -> word)
        .orElse("iid");
    Partition partition =
        switch (kind) {
          case "shards" -> new Partition.Shards(section.integer("shardsPerDevice", 1, MAXIMUM_DEVICES, 2));
          case "dirichlet" -> new Partition.Dirichlet(section.number("alpha", Range.POSITIVE, 0.5));
          case "quantity" -> new Partition.Quantity(section.number("alpha", Range.POSITIVE, 1));
          case "natural" -> new Partition.Natural();
          default -> new Partition.Iid();
        };
    section.refuseOthers();
    return partition;
  }

  private static TrainingParameters training(Section section) {
    TrainingParameters training = new TrainingParameters(
        section.integer("epochs", 1, 1000, 1),
        section.integer("batchSize", 1, 65_536, 10),
        (float) section.requiredNumber("learningRate", Range.POSITIVE),
        (float) section.number("momentum", Range.FRACTION, 0));
    section.refuseOthers();
    return training;
  }

  private static Scenario.Server server(Section section) {
    section.choice("optimizer", List.of("fedavg"), word -> word);
    Scenario.Server server = new Scenario.Server(
        (float) section.number("learningRate", Range.POSITIVE, 1),
        (float) section.number("momentum", Range.FRACTION, 0));
    section.refuseOthers();
    return server;
  }

  private static Scenario.Quantization quantization(Section section, int cohort) {
    Scenario.Quantization quantization = new Scenario.Quantization(
        section.choice("bits", List.of(8, 16)).orElse(16),
        section.numberOr("none", "clipNorm", Range.POSITIVE).map(Double::floatValue).orElse(Float.POSITIVE_INFINITY),
        (float) section.number("range", Range.POSITIVE, 1),
        section.integerOr("auto", "maxExamples", 1, Integer.MAX_VALUE));
    section.refuseOthers();
    try {
      QuantizationParameters.forTraining(
          1, quantization.bits(), quantization.clipNorm(), quantization.range(), 1, cohort);
    } catch (IllegalArgumentException infeasible) {
      throw new ScenarioException("quantization does not fit a cohort of " + cohort + ": " + infeasible.getMessage(), infeasible);
    }
    return quantization;
  }

  private static Scenario.Behaviour behaviour(Section section) {
    double dropOutRate = section.number("dropOutRate", Range.FRACTION, 0);
    Latency latency = latency(section.section("latency"));
    section.refuseOthers();
    return new Scenario.Behaviour(dropOutRate, latency);
  }

  private static Latency latency(Section section) {
    String kind = section.choice("kind", List.of("fixed", "uniform", "lognormal"), word -> word)
        .orElse("fixed");
    Latency latency =
        switch (kind) {
          case "uniform" -> uniform(section);
          case "lognormal" ->
            new Latency.LogNormal(
                section.requiredNumber("medianMillis", Range.NOT_NEGATIVE),
                section.number("spread", Range.NOT_NEGATIVE, 0.5));
          default -> new Latency.Fixed(section.number("millis", Range.NOT_NEGATIVE, 0));
        };
    section.refuseOthers();
    return latency;
  }

  private static Latency uniform(Section section) {
    double minimum = section.requiredNumber("minimumMillis", Range.NOT_NEGATIVE);
    double maximum = section.requiredNumber("maximumMillis", Range.NOT_NEGATIVE);
    if (maximum < minimum) {
      throw section.refused(
          "maximumMillis", "at least minimumMillis (" + minimum + ")", section.raw("maximumMillis"));
    }
    return new Latency.Uniform(minimum, maximum);
  }
}
