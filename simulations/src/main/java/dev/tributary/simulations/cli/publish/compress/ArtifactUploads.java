package dev.tributary.simulations.cli.publish.compress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.simulations.artifact.ArtifactFigures;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Gives a coordinator the artifacts of a version and what was measured of them. One that is refused
 * does not keep the others from being sent. One thread.
 */
final class ArtifactUploads {

  private final AdminConnection connection;
  private final String version;
  private final Optional<String> data;

  /**
   * Uploads for a version.
   *
   * @param data what the rows are called that the figures were measured on, where there were any
   */
  ArtifactUploads(AdminConnection connection, String version, Optional<String> data) {
    this.connection = connection;
    this.version = version;
    this.data = data;
  }

  /**
   * Sends files, and what was measured of those that the coordinator has then.
   *
   * @param network of the version
   * @param isFile whether an artifact is for uploading
   * @param isThere whether the coordinator has an artifact already
   * @param fields of the report by name, which get the digests of what was uploaded
   * @return why something was refused, by name
   */
  Map<String, String> send(
      ModelSpec network,
      List<ArtifactFigures> figures,
      Predicate<ArtifactKind> isFile,
      Predicate<ArtifactKind> isThere,
      Map<String, Map<String, Object>> fields)
      throws InterruptedException {
    Map<String, String> refused = new LinkedHashMap<>();
    for (ArtifactFigures figure : figures) {
      ModelArtifact artifact = figure.artifact();
      Map<String, Object> told = Objects.requireNonNull(fields.get(figure.name()));
      try {
        if (isFile.test(artifact.kind())) {
          told.put("uploaded", file(network, artifact).path("digest").asText());
        }
        if (data.isPresent() && (told.containsKey("uploaded") || isThere.test(artifact.kind()))) {
          connection.postForNothing(
              "/api/v1/models/" + version + "/metrics",
              "application/json",
              measured(figure, data.get()).toString());
          told.put("measuredOn", data.get());
        }
      } catch (CommandFailedException failed) {
        refused.put(figure.name(), String.valueOf(failed.getMessage()));
      }
    }
    return refused;
  }

  /** As the manifest has it: of a model that has diverged the loss is the largest there is. */
  private static double finite(double loss) {
    return Double.isNaN(loss) ? Double.MAX_VALUE : Math.min(loss, Double.MAX_VALUE);
  }

  static ObjectNode measured(ArtifactFigures figure, String data) {
    Evaluation evaluation = figure.evaluation();
    ObjectNode document =
        JsonNodeFactory.instance
            .objectNode()
            .put("file", figure.artifact().digest().hex())
            .put("data", data)
            .put("loss", finite(evaluation.meanLoss()));
    ArrayNode classes = document.putArray("classes");
    for (ModelMetrics.ClassCounts counts : ModelMetrics.counts(evaluation)) {
      classes
          .addObject()
          .put("examples", counts.examples())
          .put("predicted", counts.predicted())
          .put("right", counts.right());
    }
    return document;
  }

  private JsonNode file(ModelSpec network, ModelArtifact artifact) throws InterruptedException {
    List<String> headers = new ArrayList<>();
    headers.addAll(List.of("Tributary-Codecs", String.join(",", artifact.codecs())));
    if (!artifact.spec().equals(network)) {
      headers.addAll(List.of("Tributary-Specification", artifact.spec().canonicalJson()));
    }
    return connection.postFile(
        "/api/v1/models/" + version + "/artifacts/" + artifact.kind().code(),
        artifact.bytes(),
        headers);
  }
}
