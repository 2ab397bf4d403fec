package dev.tributary.simulations.bench.fuzz.ground;

import dev.tributary.coordinator.http.Route;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest.Header;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Finds or makes the valid requests of a route. */
final class SeedMaker {

  private static final String AUTHORIZATION = "Authorization";
  private static final String ROUND = "task-4.1";
  private static final byte[] NOTHING = {};
  private static final int MOST_RECORDED = 40;

  private final List<RecordedRequest> recorded;
  private final Header admin;
  private final Map<String, String> parameters;

  /**
   * Makes requests to a coordinator.
   *
   * @param recorded by devices
   * @param adminToken an operator's
   * @param digest of a model that is there
   */
  SeedMaker(List<RecordedRequest> recorded, String adminToken, String digest) {
    this.recorded = recorded;
    this.admin = new Header(AUTHORIZATION, "Bearer " + adminToken);
    this.parameters =
        Map.of(
            "{task}", "task-6",
            "{population}", "fuzz",
            "{channel}", "stable",
            "{kind}", "int8",
            "{file}", "timestamp.json",
            "{digest}", digest,
            "{upload}", "0123456789abcdef0123456789abcdef");
  }

  /** At least one. */
  List<Seed> seeds(Route route) {
    return switch (route) {
      case Route.ForOperators known -> operators(known);
      case Route.Open open -> devices(open);
      case Route.ForDevices known -> devices(known);
    };
  }

  private List<Seed> devices(Route route) {
    List<Seed> seeds =
        recorded.stream()
            .filter(known -> fits(route, known.request()))
            .filter(known -> !leavesRound(known) || known.isOf(StandingRounds.population(0)))
            .limit(MOST_RECORDED)
            .map(known -> new Seed(known.request(), movesRounds(route)))
            .toList();
    return seeds.isEmpty() ? unrecorded(route) : seeds;
  }

  /** What the recorded devices would send, had they heard of this route. */
  private List<Seed> unrecorded(Route route) {
    Set<Header> sessions = new HashSet<>();
    List<Seed> seeds = new ArrayList<>();
    for (RecordedRequest known : recorded) {
      List<Header> headers =
          known.request().headers().stream()
              .filter(header -> header.name().equals(AUTHORIZATION))
              .filter(sessions::add)
              .toList();
      if (!headers.isEmpty()) {
        var typed = new ArrayList<>(headers);
        typed.add(new Header("Content-Type", "application/x-protobuf"));
        seeds.add(new Seed(made(route, known.round(), typed, body(route)), false));
      }
    }
    return seeds.isEmpty()
        ? List.of(new Seed(made(route, "task-0.1", List.of(), body(route)), false))
        : seeds;
  }

  /** A report of failure takes its device out of its round: of one round's devices only. */
  private static boolean leavesRound(RecordedRequest known) {
    return known.step().equals("POST failures");
  }

  private static boolean movesRounds(Route route) {
    String method = route.method().name();
    return route.path().contains("{round}") && (method.equals("POST") || method.equals("PUT"));
  }

  /** Some message, for a route that no device of the recording uses. */
  private byte[] body(Route route) {
    return route.method().name().equals("GET") || route.method().name().equals("HEAD")
        ? NOTHING
        : recorded.stream()
            .map(known -> known.request().body())
            .filter(body -> body.length > 0)
            .findFirst()
            .orElse(NOTHING);
  }

  private List<Seed> operators(Route route) {
    if (!route.method().name().equals("POST")) {
      return List.of(new Seed(made(route, ROUND, List.of(admin), NOTHING), false));
    }
    List<Header> json = List.of(admin, new Header("Content-Type", "application/json"));
    List<Header> yaml = List.of(admin, new Header("Content-Type", "application/yaml"));
    if (route.path().endsWith("/{kind}")) {
      List<Header> file = List.of(admin, new Header("Content-Type", "application/octet-stream"));
      return List.of(new Seed(made(route, ROUND, file, body(route)), false));
    }
    List<Seed> seeds = new ArrayList<>();
    for (String document : documents(route)) {
      byte[] body = document.getBytes(StandardCharsets.UTF_8);
      seeds.add(new Seed(made(route, ROUND, json, body), false));
      if (route.path().endsWith("/tasks")) {
        seeds.add(new Seed(made(route, ROUND, yaml, body), false));
      }
    }
    return seeds;
  }

  /** Documents that are known, for a route that is; for others, all of them. */
  private static List<String> documents(Route route) {
    Map<String, String> byPath =
        Map.of(
            "/api/v1/populations",
            "{\"name\":\"standing-6\"}",
            "/api/v1/tokens",
            "{\"population\":\"standing-6\",\"uses\":2,\"expiresInSeconds\":60}",
            "/api/v1/tasks",
            StandingRounds.idleTask(),
            "/api/v1/models/{digest}/metrics",
            "{\"file\":\"%s\",\"data\":\"pens\",\"loss\":0.5,\"classes\":[{\"examples\":2,\"predicted\":2,\"right\":1}]}"
                .formatted("0".repeat(64)));
    String known = byPath.get(route.path());
    if (known != null) {
      return List.of(known);
    }
    return route.path().endsWith("}") || route.path().contains("}/")
        ? List.of("", "{}")
        : List.copyOf(byPath.values().stream().sorted().toList());
  }

  private RawRequest made(Route route, String round, List<Header> headers, byte[] body) {
    String target = route.path().replace("{round}", round);
    for (var parameter : parameters.entrySet()) {
      target = target.replace(parameter.getKey(), parameter.getValue());
    }
    return RawRequest.of(route.method().name(), target.replaceAll("\\{.*?}", "x"), headers, body);
  }

  private static boolean fits(Route route, RawRequest request) {
    String[] template = route.path().split("/", -1);
    String[] segments = request.target().replaceAll("\\?.*", "").split("/", -1);
    return route.method().name().equals(request.method())
        && template.length == segments.length
        && IntStream.range(0, template.length)
            .allMatch(i -> template[i].startsWith("{") || template[i].equals(segments[i]));
  }
}
