package dev.tributary.simulations.bench.fuzz.ground;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.coordinator.http.Route;
import dev.tributary.simulations.bench.fuzz.mutate.Choices;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import dev.tributary.simulations.bench.fuzz.mutate.RequestMutator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Valid requests for every route of the product: those that devices sent where there are some,
 * others made from the route's path alone, so that a route nobody has thought of is fuzzed too.
 * Immutable; any thread.
 */
public final class Corpus {

  /** A route with its requests. */
  private record Entry(Route route, List<Seed> seeds) {}

  private final List<Entry> entries;

  private Corpus(List<Entry> entries) {
    this.entries = List.copyOf(entries);
  }

  /**
   * Sets the coordinator up and collects.
   *
   * @param routes of the product
   * @param directory for the state of devices
   */
  public static Corpus collect(AdminCalls admin, List<Route> routes, Path directory, long seed)
      throws IOException, InterruptedException {
    admin.population(StandingRounds.idlePopulation(), StandingRounds.idleTask(), 1);
    List<RecordedRequest> recorded = StandingRounds.begin(admin, directory, seed);
    JsonNode model = admin.get("/api/v1/models").path("models").path(0);
    var maker = new SeedMaker(recorded, admin.token(), model.path("digest").asText());
    return new Corpus(routes.stream().map(route -> new Entry(route, maker.seeds(route))).toList());
  }

  /** How many routes there are. */
  public int routeCount() {
    return entries.size();
  }

  /** A valid request of any route, all routes equally likely. */
  public Seed pick(Choices choices) {
    return choices.one(choices.one(entries).seeds());
  }

  /** What mutates these requests and splices them with one another. */
  public RequestMutator mutator() {
    List<String> targets = new ArrayList<>();
    List<String> tokens = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    for (Entry entry : entries) {
      Seed first = entry.seeds().getFirst();
      targets.add(first.request().target());
      for (Seed seed : entry.seeds()) {
        authorization(seed.request()).stream()
            .filter(token -> !tokens.contains(token))
            .forEach(tokens::add);
      }
      entry.seeds().stream()
          .map(seed -> seed.request().body())
          .filter(body -> body.length > 0)
          .limit(2)
          .forEach(bodies::add);
    }
    return new RequestMutator(targets, tokens, bodies);
  }

  private static List<String> authorization(RawRequest request) {
    return request.headers().stream()
        .filter(header -> header.name().equals("Authorization"))
        .map(header -> Objects.requireNonNull(header.value()))
        .toList();
  }
}
