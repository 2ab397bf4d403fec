package dev.tributary.coordinator.http.operator;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics;
import dev.tributary.coordinator.publish.artifact.ArtifactMetrics.FileMetrics;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.registry.ModelMetrics.ClassCounts;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How well the files of a version do. An operator with labelled rows measures them where the rows
 * are and says what was counted; everything else follows from the counts.
 */
final class MetricsRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(MetricsRoutes.class);
  private static final String PATH = "/api/v1/models/{digest}/metrics";
  private static final List<String> JSON = List.of("application/json");

  private final ArtifactMetrics metrics;
  private final ArtifactRoutes versions;

  private MetricsRoutes(ArtifactMetrics metrics, ArtifactRoutes versions) {
    this.metrics = metrics;
    this.versions = versions;
  }

  static List<Route> of(ArtifactMetrics metrics, ArtifactRoutes versions) {
    MetricsRoutes routes = new MetricsRoutes(metrics, versions);
    return List.of(
        new Route.ForOperators(GET, PATH, routes::list),
        new Route.ForOperators(POST, PATH, routes::add));
  }

  private Future<Answer> list(Exchange exchange) throws RejectedException {
    ModelDigest version = ChannelRoutes.digest(exchange.parameter("digest"));
    return versions
        .spec(version)
        .compose(known -> metrics.filesOf(version))
        .compose(
            files ->
                metrics
                    .of(files.keySet())
                    .map(
                        known ->
                            new Answer.Document(
                                200,
                                OperatorJson.list(
                                    "metrics", documents(files, known), entry -> entry))));
  }

  private static List<ObjectNode> documents(
      Map<FileDigest, ArtifactKind> files, Map<FileDigest, FileMetrics> known) {
    List<ObjectNode> all = new ArrayList<>();
    files.forEach(
        (file, kind) ->
            known
                .getOrDefault(file, FileMetrics.UNKNOWN)
                .byData()
                .forEach((data, values) -> all.add(document(file, kind, data, values))));
    return all;
  }

  private static ObjectNode document(
      FileDigest file, ArtifactKind kind, String data, ModelMetrics values) {
    ObjectNode document =
        OperatorJson.object().put("file", file.hex()).put("kind", kind.code()).put("data", data);
    document.set("metrics", OperatorJson.metrics(values));
    return document;
  }

  /** What somebody measured. */
  private record Measured(FileDigest file, String data, ModelMetrics metrics) {}

  private Future<Answer> add(Exchange exchange) throws RejectedException {
    ModelDigest version = ChannelRoutes.digest(exchange.parameter("digest"));
    Future<byte[]> body = exchange.document(JSON);
    return versions
        .spec(version)
        .compose(spec -> body.compose(content -> read(spec, content)))
        .compose(
            measured ->
                metrics
                    .add(version, measured.file(), measured.data(), measured.metrics())
                    .map(
                        kept -> {
                          LOG.info(
                              "an operator measured {} of the version {} on {}",
                              measured.file(),
                              version,
                              measured.data());
                          return new Answer.Empty(204);
                        }));
  }

  private static Future<Measured> read(ModelSpec spec, byte[] body) {
    try {
      return Future.succeededFuture(measured(spec, body));
    } catch (RejectedException refused) {
      return Future.failedFuture(refused);
    }
  }

  private static Measured measured(ModelSpec spec, byte[] body) throws RejectedException {
    RequestDocument document = RequestDocument.of(body, Set.of("file", "data", "loss", "classes"));
    FileDigest file = new FileDigest(ChannelRoutes.digest(document.text("file")).hex());
    List<ClassCounts> classes = new ArrayList<>();
    List<RequestDocument> counts =
        document.parts("classes", Set.of("examples", "predicted", "right"));
    if (counts.size() != spec.classes()) {
      throw new RejectedException(
          RejectReason.FIELD_OUT_OF_RANGE,
          "'classes': expected counts of "
              + spec.classes()
              + " classes, as the network tells, got "
              + counts.size());
    }
    for (RequestDocument count : counts) {
      try {
        classes.add(
            new ClassCounts(
                count.whole("examples", 0, Integer.MAX_VALUE),
                count.whole("predicted", 0, Integer.MAX_VALUE),
                count.whole("right", 0, Integer.MAX_VALUE)));
      } catch (IllegalArgumentException impossible) {
        throw new RejectedException(
            RejectReason.FIELD_OUT_OF_RANGE,
            "'classes[" + classes.size() + "]': " + impossible.getMessage());
      }
    }
    try {
      return new Measured(file, document.text("data"), ModelMetrics.of(loss(document), classes));
    } catch (IllegalArgumentException unequal) {
      throw new RejectedException(
          RejectReason.FIELD_OUT_OF_RANGE, "'classes': " + unequal.getMessage());
    }
  }

  private static double loss(RequestDocument document) throws RejectedException {
    JsonNode loss = document.part("loss").orElse(null);
    if (loss == null || !loss.isNumber() || !(loss.doubleValue() >= 0)) {
      throw new RejectedException(
          RejectReason.FIELD_OUT_OF_RANGE,
          "'loss': expected the mean loss of an example, a number of at least 0");
    }
    return loss.doubleValue();
  }
}
