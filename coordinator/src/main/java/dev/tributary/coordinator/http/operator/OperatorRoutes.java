package dev.tributary.coordinator.http.operator;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.access.DeviceAccess;
import dev.tributary.coordinator.access.EnrolmentTokens;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.http.device.ModelDownload;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.schedule.OperatorDesk;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.schedule.TaskConfigException;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What operators may ask. Everything that changes something is logged. */
public final class OperatorRoutes {

  private static final Logger LOG = LoggerFactory.getLogger(OperatorRoutes.class);
  private static final List<String> JSON = List.of("application/json");
  private static final List<String> JSON_OR_YAML =
      List.of("application/json", "application/yaml", "application/x-yaml", "text/yaml");
  private static final int MOST_ENTRIES = 1000;
  private static final int USUAL_ENTRIES = 100;

  private final OperatorDesk desk;
  private final DeviceAccess devices;
  private final EnrolmentTokens tokens;

  private OperatorRoutes(OperatorDesk desk, DeviceAccess devices, EnrolmentTokens tokens) {
    this.desk = desk;
    this.devices = devices;
    this.tokens = tokens;
  }

  /** All routes of the operator API. */
  public static List<Route> of(
      OperatorDesk desk, DeviceAccess devices, EnrolmentTokens tokens, ModelDownload models) {
    OperatorRoutes routes = new OperatorRoutes(desk, devices, tokens);
    return List.of(
        new Route.ForOperators(GET, "/api/v1/populations", routes::populations),
        new Route.ForOperators(POST, "/api/v1/populations", routes::createPopulation),
        new Route.ForOperators(GET, "/api/v1/tasks", routes::tasks),
        new Route.ForOperators(POST, "/api/v1/tasks", routes::createTask),
        new Route.ForOperators(GET, "/api/v1/tasks/{task}", routes::task),
        new Route.ForOperators(POST, "/api/v1/tasks/{task}/pause", routes::pause),
        new Route.ForOperators(POST, "/api/v1/tasks/{task}/resume", routes::resume),
        new Route.ForOperators(POST, "/api/v1/tasks/{task}/retrain", routes::retrain),
        new Route.ForOperators(GET, "/api/v1/rounds", routes::rounds),
        new Route.ForOperators(GET, "/api/v1/rounds/{round}", routes::round),
        new Route.ForOperators(GET, "/api/v1/rounds/{round}/events", routes::roundEvents),
        new Route.ForOperators(GET, "/api/v1/events", routes::events),
        new Route.ForOperators(GET, "/api/v1/models", routes::models),
        new Route.ForOperators(GET, "/api/v1/models/{digest}", routes::model),
        new Route.ForOperators(GET, "/api/v1/models/{digest}/file", models::answer),
        new Route.ForOperators(GET, "/api/v1/devices", routes::devices),
        new Route.ForOperators(POST, "/api/v1/tokens", routes::createToken));
  }

  private Future<Answer> populations(Exchange exchange) {
    return desk.populations()
        .map(all -> ok(OperatorJson.list("populations", all, OperatorJson::population)));
  }

  private Future<Answer> createPopulation(Exchange exchange) throws RejectedException {
    return exchange
        .document(JSON)
        .compose(
            body ->
                parsed(
                    () ->
                        PopulationName.parse(
                            RequestDocument.of(body, Set.of("name")).text("name"))))
        .compose(desk::createPopulation)
        .map(
            population -> {
              LOG.info("an operator created population {}", population.name());
              return created(OperatorJson.population(population));
            });
  }

  private Future<Answer> tasks(Exchange exchange) {
    return desk.tasks().map(all -> ok(OperatorJson.list("tasks", all, OperatorJson::task)));
  }

  private Future<Answer> createTask(Exchange exchange) throws RejectedException {
    return exchange
        .document(JSON_OR_YAML)
        .map(body -> new String(body, StandardCharsets.UTF_8))
        .compose(document -> config(exchange, document))
        .compose(desk::createTask)
        .map(
            task -> {
              LOG.info("an operator created task {}", task.config().name());
              return created(OperatorJson.task(task));
            });
  }

  /** The document, with the network of its initial model where it does not say another. */
  private Future<TaskConfig> config(Exchange exchange, String document) {
    return read(exchange, () -> TaskConfig.networkWanted(document))
        .compose(
            wanted ->
                wanted.isPresent()
                    ? desk.network(wanted.get()).map(Optional::of)
                    : Future.succeededFuture(Optional.<ModelSpec>empty()))
        .compose(network -> read(exchange, () -> TaskConfig.parse(document, network)));
  }

  /** Away from the event loop: a document of YAML may take long. */
  private static <T> Future<T> read(Exchange exchange, Supplier<T> reader) {
    return exchange
        .vertx()
        .executeBlocking(
            () -> {
              try {
                return reader.get();
              } catch (TaskConfigException e) {
                throw new RejectedException(
                    RejectReason.BAD_CONFIGURATION, Objects.requireNonNull(e.getMessage()));
              }
            },
            false)
        .map(Objects::requireNonNull);
  }

  private Future<Answer> task(Exchange exchange) throws RejectedException {
    return desk.task(taskName(exchange)).map(task -> ok(OperatorJson.task(task)));
  }

  private Future<Answer> pause(Exchange exchange) throws RejectedException {
    TaskName name = taskName(exchange);
    LOG.info("an operator pauses task {}", name);
    return desk.pause(name).map(task -> ok(OperatorJson.task(task)));
  }

  private Future<Answer> resume(Exchange exchange) throws RejectedException {
    TaskName name = taskName(exchange);
    LOG.info("an operator resumes task {}", name);
    return desk.resume(name).map(task -> ok(OperatorJson.task(task)));
  }

  private Future<Answer> retrain(Exchange exchange) throws RejectedException {
    TaskName name = taskName(exchange);
    LOG.info("an operator begins task {} again", name);
    return desk.retrain(name, "begun again by an operator")
        .map(task -> ok(OperatorJson.task(task)));
  }

  private Future<Answer> rounds(Exchange exchange) throws RejectedException {
    return desk.rounds(taskQuery(exchange), exchange.query("limit", USUAL_ENTRIES, 1, MOST_ENTRIES))
        .map(rounds -> ok(OperatorJson.list("rounds", rounds, OperatorJson::round)));
  }

  private Future<Answer> round(Exchange exchange) throws RejectedException {
    return desk.round(exchange.round()).map(round -> ok(OperatorJson.round(round)));
  }

  private Future<Answer> roundEvents(Exchange exchange) throws RejectedException {
    RoundId id = exchange.round();
    return EventStream.answer(
        exchange,
        desk,
        () -> desk.round(id).map(List::of),
        progress -> progress.round().equals(id),
        RoundProgress::ended);
  }

  private Future<Answer> events(Exchange exchange) throws RejectedException {
    Optional<TaskName> task = taskQuery(exchange);
    return EventStream.answer(
        exchange,
        desk,
        () ->
            desk.tasks()
                .map(tasks -> tasks.stream().flatMap(known -> known.running().stream()).toList()),
        progress -> task.isEmpty() || task.get().equals(progress.round().task()),
        progress -> false);
  }

  private Future<Answer> models(Exchange exchange) throws RejectedException {
    return desk.models(
            taskQuery(exchange),
            placeQuery(exchange),
            exchange.query("limit", USUAL_ENTRIES, 1, MOST_ENTRIES))
        .map(models -> ok(OperatorJson.list("models", models, OperatorJson::model)));
  }

  private Future<Answer> model(Exchange exchange) throws RejectedException {
    ModelDigest digest;
    try {
      digest = new ModelDigest(exchange.parameter("digest"));
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          RejectReason.BAD_PARAMETER, "a model is named by 64 lower-case hexadecimal digits");
    }
    return desk.model(digest)
        .map(versions -> ok(OperatorJson.list("models", versions, OperatorJson::model)));
  }

  private Future<Answer> devices(Exchange exchange) throws RejectedException {
    return devices
        .devices(
            exchange.query("after").orElse(""),
            exchange.query("limit", USUAL_ENTRIES, 1, MOST_ENTRIES))
        .map(page -> ok(OperatorJson.list("devices", page, OperatorJson::device)));
  }

  private record TokenOrder(PopulationName population, int uses, Duration life) {}

  private Future<Answer> createToken(Exchange exchange) throws RejectedException {
    return exchange
        .document(JSON)
        .compose(
            body ->
                parsed(
                    () ->
                        order(
                            RequestDocument.of(
                                body, Set.of("population", "uses", "expiresInSeconds")))))
        .compose(order -> tokens.create(order.population, order.uses, order.life))
        .map(
            issued -> {
              LOG.info(
                  "an operator made a token for {} devices of population {}",
                  issued.uses(),
                  issued.population());
              return created(OperatorJson.token(issued));
            });
  }

  private static TokenOrder order(RequestDocument document) throws RejectedException {
    return new TokenOrder(
        PopulationName.parse(document.text("population")),
        (int) document.whole("uses", 1, EnrolmentTokens.MOST_USES),
        Duration.ofSeconds(
            document.whole("expiresInSeconds", 1, EnrolmentTokens.LONGEST_LIFE.toSeconds())));
  }

  private static TaskName taskName(Exchange exchange) throws RejectedException {
    return TaskName.parse(exchange.parameter("task"));
  }

  private static Optional<TaskName> taskQuery(Exchange exchange) throws RejectedException {
    Optional<String> name = exchange.query("task");
    return name.isEmpty() ? Optional.empty() : Optional.of(TaskName.parse(name.get()));
  }

  /** A version as a page ends with it: {@code TASK.VERSION}. */
  private static Optional<ModelRegistry.Place> placeQuery(Exchange exchange)
      throws RejectedException {
    Optional<String> text = exchange.query("after");
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int dot = text.get().lastIndexOf('.');
    if (dot > 0 && text.get().substring(dot + 1).matches("[0-9]{1,15}")) {
      return Optional.of(
          new ModelRegistry.Place(
              TaskName.parse(text.get().substring(0, dot)),
              Long.parseLong(text.get().substring(dot + 1))));
    }
    throw new RejectedException(
        RejectReason.BAD_PARAMETER, "after is not TASK.VERSION, such as digits.7");
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

  private static Answer created(JsonNode json) {
    return new Answer.Document(201, json);
  }
}
