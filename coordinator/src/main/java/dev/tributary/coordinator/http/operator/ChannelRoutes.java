package dev.tributary.coordinator.http.operator;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.http.device.ModelDownload;
import dev.tributary.coordinator.publish.Promotion;
import dev.tributary.coordinator.publish.Publications;
import dev.tributary.coordinator.publish.artifact.VersionSource;
import dev.tributary.coordinator.publish.channel.Channel;
import dev.tributary.coordinator.publish.channel.ChannelKey;
import dev.tributary.coordinator.publish.rollout.PlanDocument;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.registry.ModelVersion;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators ask about channels and published files. Everything that changes is logged. */
public final class ChannelRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(ChannelRoutes.class);
  private static final List<String> JSON = List.of("application/json");
  private static final int MOST_ENTRIES = 1000;
  private static final int USUAL_ENTRIES = 100;
  private static final String CHANNEL = "/api/v1/channels/{population}/{channel}";

  private final Publications publications;
  private final OperatorDesk desk;

  private ChannelRoutes(Publications publications, OperatorDesk desk) {
    this.publications = publications;
    this.desk = desk;
  }

  /**
   * All routes about publishing.
   *
   * @param files sends the files of artifacts
   */
  public static List<Route> of(Publications publications, OperatorDesk desk, ModelDownload files) {
    ChannelRoutes routes = new ChannelRoutes(publications, desk);
    List<Route> all = new ArrayList<>(ArtifactRoutes.of(publications, desk));
    all.addAll(routes.own(files));
    return all;
  }

  private List<Route> own(ModelDownload files) {
    return List.of(
        new Route.ForOperators(GET, "/api/v1/channels", this::channels),
        new Route.ForOperators(GET, CHANNEL, this::channel),
        new Route.ForOperators(GET, CHANNEL + "/history", this::history),
        new Route.ForOperators(POST, CHANNEL + "/promote", this::promote),
        new Route.ForOperators(POST, CHANNEL + "/approve", exchange -> moved(exchange, "approve")),
        new Route.ForOperators(POST, CHANNEL + "/widen", exchange -> moved(exchange, "widen")),
        new Route.ForOperators(POST, CHANNEL + "/rollback", this::rollBack),
        new Route.ForOperators(GET, "/api/v1/models/{digest}/manifest", this::manifest),
        new Route.ForOperators(GET, "/api/v1/artifacts/{digest}/file", files::answer),
        new Route.ForOperators(POST, "/api/v1/garbage", this::collect),
        new Route.ForOperators(GET, "/api/v1/refusals", this::refusals),
        new Route.ForOperators(POST, "/api/v1/root", this::installRoot));
  }

  private Future<Answer> channels(Exchange exchange) {
    return publications
        .channels()
        .map(all -> ok(OperatorJson.list("channels", all, ChannelJson::channel)));
  }

  private Future<Answer> channel(Exchange exchange) throws RejectedException {
    return publications.channel(key(exchange)).map(channel -> ok(ChannelJson.channel(channel)));
  }

  private Future<Answer> history(Exchange exchange) throws RejectedException {
    return publications
        .history(key(exchange), exchange.query("limit", USUAL_ENTRIES, 1, MOST_ENTRIES))
        .map(changes -> ok(OperatorJson.list("changes", changes, ChannelJson::change)));
  }

  private Future<Answer> promote(Exchange exchange) throws RejectedException {
    ChannelKey key = key(exchange);
    return exchange
        .document(JSON)
        .compose(
            body ->
                parsed(
                    () ->
                        order(
                            key,
                            RequestDocument.of(
                                body, Set.of("version", "kinds", "plan", "approval", "reason")))))
        .compose(order -> source(order).compose(source -> publications.promote(order, source)))
        .map(channel -> told("promoted a version in", channel));
  }

  private static Promotion order(ChannelKey key, RequestDocument document)
      throws RejectedException {
    Optional<JsonNode> plan = document.part("plan");
    return new Promotion(
        key,
        digest(document.text("version")),
        kinds(document.texts("kinds")),
        plan.isEmpty() ? Optional.<RolloutPlan>empty() : Optional.of(PlanDocument.read(plan.get())),
        document.flag("approval"),
        document.optionalText("reason").orElse("promoted"));
  }

  private static Set<ArtifactKind> kinds(List<String> names) throws RejectedException {
    Set<ArtifactKind> kinds = EnumSet.noneOf(ArtifactKind.class);
    for (String name : names) {
      kinds.add(ArtifactRoutes.kind(name));
    }
    return kinds;
  }

  /** The version of the order: one of a task of the channel's population. */
  private Future<VersionSource> source(Promotion order) {
    return desk.model(order.version())
        .compose(
            versions -> {
              List<Future<Optional<VersionSource>>> sources = new ArrayList<>();
              for (ModelVersion version : versions) {
                sources.add(
                    desk.task(version.task())
                        .map(
                            task ->
                                task.config().population().equals(order.channel().population())
                                        && task.config().work() instanceof Training training
                                    ? Optional.of(
                                        new VersionSource(
                                            task.config().population(),
                                            version,
                                            training.model(),
                                            task.config().toJson()))
                                    : Optional.empty()));
              }
              return Future.all(sources)
                  .map(
                      done ->
                          sources.stream()
                              .map(Future::result)
                              .<VersionSource>mapMulti(Optional::ifPresent)
                              .findFirst());
            })
        .compose(
            found ->
                found
                    .map(Future::succeededFuture)
                    .orElseGet(
                        () ->
                            Future.failedFuture(
                                new RejectedException(
                                    RejectReason.NOT_FOUND,
                                    "no task of population "
                                        + order.channel().population()
                                        + " has the version "
                                        + order.version()))));
  }

  private Future<Answer> moved(Exchange exchange, String move) throws RejectedException {
    ChannelKey key = key(exchange);
    return exchange
        .document(JSON)
        .compose(body -> parsed(() -> reason(RequestDocument.of(body, Set.of("reason")))))
        .compose(
            reason ->
                move.equals("approve")
                    ? publications.approve(key, reason)
                    : publications.widen(key, reason))
        .map(channel -> told(move + "d", channel));
  }

  private Future<Answer> rollBack(Exchange exchange) throws RejectedException {
    ChannelKey key = key(exchange);
    return exchange
        .document(JSON)
        .compose(body -> parsed(() -> RequestDocument.of(body, Set.of("reason", "version"))))
        .compose(
            document -> {
              try {
                Optional<String> version = document.optionalText("version");
                return version.isEmpty()
                    ? publications.rollBack(key, reason(document))
                    : publications.rollBackTo(key, digest(version.get()), reason(document));
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
            })
        .map(channel -> told("rolled back", channel));
  }

  private static String reason(RequestDocument document) throws RejectedException {
    return document.optionalText("reason").orElse("an operator said so");
  }

  private Future<Answer> manifest(Exchange exchange) throws RejectedException {
    return publications
        .manifestOf(digest(exchange.parameter("digest")))
        .map(
            manifest ->
                new Answer.Text(
                    200,
                    "application/json",
                    new String(manifest.encode(), StandardCharsets.UTF_8)));
  }

  private Future<Answer> collect(Exchange exchange) throws RejectedException {
    return exchange
        .document(JSON)
        .compose(body -> parsed(() -> RequestDocument.of(body, Set.of("dryRun", "uploaded"))))
        .compose(
            document -> {
              try {
                return publications.collect(document.flag("dryRun"), document.flag("uploaded"));
              } catch (RejectedException e) {
                return Future.failedFuture(e);
              }
            })
        .map(
            garbage -> {
              if (garbage.deleted()) {
                LOG.info(
                    "an operator deleted {} files that nothing needs, {} bytes",
                    garbage.files().size(),
                    garbage.bytes());
              }
              return ok(ChannelJson.garbage(garbage));
            });
  }

  private Future<Answer> refusals(Exchange exchange) {
    return publications.refusals().map(counts -> ok(ChannelJson.refusals(counts)));
  }

  private Future<Answer> installRoot(Exchange exchange) throws RejectedException {
    return exchange
        .document(JSON)
        .compose(publications::installRoot)
        .map(
            installed -> {
              LOG.info("an operator installed a root");
              return new Answer.Empty(204);
            });
  }

  private Answer told(String what, Channel channel) {
    LOG.info("an operator {} channel {}", what, channel.name());
    return ok(ChannelJson.channel(channel));
  }

  private static ChannelKey key(Exchange exchange) throws RejectedException {
    return ChannelKey.parse(exchange.parameter("population"), exchange.parameter("channel"));
  }

  static ModelDigest digest(String hex) throws RejectedException {
    try {
      return new ModelDigest(hex);
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          RejectReason.BAD_PARAMETER, "a version is named by 64 lower-case hexadecimal digits");
    }
  }

  private interface Parser<T> {
    T parse() throws RejectedException;
  }

  private static <T> Future<T> parsed(Parser<T> parser) {
    try {
      return Future.succeededFuture(parser.parse());
    } catch (RejectedException e) {
      return Future.failedFuture(e);
    }
  }

  private static Answer ok(JsonNode json) {
    return new Answer.Document(200, json);
  }
}
