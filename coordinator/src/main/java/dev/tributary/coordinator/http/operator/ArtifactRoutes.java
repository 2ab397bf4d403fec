package dev.tributary.coordinator.http.operator;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.publish.Publications;
import dev.tributary.coordinator.publish.artifact.OfferedArtifact;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators say about artifacts that were made elsewhere. The body of an upload is the file
 * that devices will get; what they must know to read it stands in headers.
 */
final class ArtifactRoutes {

  /** The steps that made the file, separated by commas. */
  static final String CODECS_HEADER = "Tributary-Codecs";

  /** The specification of the network in the file, where it is not the version's own. */
  static final String SPECIFICATION_HEADER = "Tributary-Specification";

  private static final Logger LOG = LoggerFactory.getLogger(ArtifactRoutes.class);

  /** What a file may have beside its weights: headers, and the operators of a graph. */
  private static final int ROOM_BYTES = 256 * 1024;

  private final Publications publications;
  private final OperatorDesk desk;

  private ArtifactRoutes(Publications publications, OperatorDesk desk) {
    this.publications = publications;
    this.desk = desk;
  }

  static List<Route> of(Publications publications, OperatorDesk desk) {
    ArtifactRoutes routes = new ArtifactRoutes(publications, desk);
    List<Route> all = new ArrayList<>(MetricsRoutes.of(publications.metrics(), routes));
    all.add(new Route.ForOperators(GET, "/api/v1/models/{digest}/artifacts", routes::list));
    all.add(
        new Route.ForOperators(POST, "/api/v1/models/{digest}/artifacts/{kind}", routes::upload));
    return all;
  }

  /** The network of a version. */
  Future<ModelSpec> spec(ModelDigest version) {
    return known(version).map(Known::spec);
  }

  /**
   * A version as its tasks know it.
   *
   * @param bytes of its float32 file
   * @param spec of its network
   */
  private record Known(long bytes, ModelSpec spec) {

    /** Nothing that compresses a model is longer than the model. */
    int limitBytes() {
      return (int) Math.min(Integer.MAX_VALUE - 8L, bytes + ROOM_BYTES);
    }
  }

  private Future<Answer> list(Exchange exchange) throws RejectedException {
    ModelDigest version = ChannelRoutes.digest(exchange.parameter("digest"));
    return known(version)
        .compose(known -> publications.uploads().of(version))
        .map(
            entries ->
                new Answer.Document(
                    200,
                    OperatorJson.list("artifacts", entries, entry -> document(version, entry))));
  }

  private Future<Answer> upload(Exchange exchange) throws RejectedException {
    ModelDigest version = ChannelRoutes.digest(exchange.parameter("digest"));
    ArtifactKind kind = kind(exchange.parameter("kind"));
    List<String> codecs = codecs(exchange);
    Optional<ModelSpec> spec = specification(exchange);
    Future<Known> known = known(version);
    return exchange
        .file(known.map(Known::limitBytes))
        .compose(
            content ->
                publications
                    .uploads()
                    .add(
                        version,
                        known.result().spec(),
                        new OfferedArtifact(kind, codecs, spec, content)))
        .map(
            entry -> {
              LOG.info(
                  "an operator uploaded {} ({}, {} bytes) for the version {}",
                  entry.file(),
                  kind.code(),
                  entry.bytes(),
                  version);
              return new Answer.Document(200, document(version, entry));
            });
  }

  /** The version; one network, although several tasks may have a model of these weights. */
  private Future<Known> known(ModelDigest digest) {
    return desk.model(digest)
        .compose(
            versions -> {
              List<Future<Optional<ModelSpec>>> specs = new ArrayList<>();
              for (ModelVersion version : versions) {
                specs.add(
                    desk.task(version.task())
                        .map(
                            task ->
                                task.config().work() instanceof Training training
                                    ? Optional.of(training.model())
                                    : Optional.empty()));
              }
              return Future.all(specs)
                  .compose(
                      done ->
                          one(
                              digest,
                              versions.get(0).bytes(),
                              specs.stream()
                                  .map(Future::result)
                                  .<ModelSpec>mapMulti(Optional::ifPresent)
                                  .collect(Collectors.toSet())));
            });
  }

  private static Future<Known> one(ModelDigest digest, long bytes, Set<ModelSpec> specs) {
    return specs.size() == 1
        ? Future.succeededFuture(new Known(bytes, specs.iterator().next()))
        : Future.failedFuture(
            new RejectedException(
                RejectReason.WRONG_STATE,
                "version "
                    + digest
                    + ": expected tasks with one network, got "
                    + specs.size()
                    + " networks with these weights"));
  }

  /** The kind of this name. */
  static ArtifactKind kind(String name) throws RejectedException {
    return ArtifactKind.ofCode(name)
        .orElseThrow(
            () ->
                new RejectedException(
                    RejectReason.BAD_PARAMETER,
                    "'"
                        + name
                        + "' is no kind of artifact; there are "
                        + String.join(", ", ArtifactKind.codes())));
  }

  private static List<String> codecs(Exchange exchange) throws RejectedException {
    String header = exchange.request().getHeader(CODECS_HEADER);
    if (header == null) {
      return List.of();
    }
    if (!header.matches("[a-z0-9-]{1,64}(,[a-z0-9-]{1,64}){0,15}")) {
      throw new RejectedException(
          RejectReason.BAD_HEADER,
          CODECS_HEADER + " is no list of 1 to 16 names, separated by commas");
    }
    return List.of(header.split(",", -1));
  }

  private static Optional<ModelSpec> specification(Exchange exchange) throws RejectedException {
    String header = exchange.request().getHeader(SPECIFICATION_HEADER);
    if (header == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(ModelSpec.fromJson(header));
    } catch (ModelSpecException refused) {
      throw new RejectedException(
          RejectReason.BAD_HEADER, SPECIFICATION_HEADER + ": " + refused.getMessage());
    }
  }

  private static ObjectNode document(ModelDigest version, ArtifactEntry entry) {
    ObjectNode json =
        OperatorJson.object()
            .put("version", version.hex())
            .put("kind", entry.kind().code())
            .put("digest", entry.file().hex())
            .put("bytes", entry.bytes());
    ArrayNode codecs = json.putArray("codecs");
    entry.codecs().forEach(codecs::add);
    entry.spec().ifPresent(spec -> json.put("spec", spec.canonicalJson()));
    return json;
  }
}
