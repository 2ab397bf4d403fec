package dev.tributary.simulations.bench.fuzz;

import dev.tributary.client.FederatedClient;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.coordinator.http.Route;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.simulations.bench.CoordinatorProcess;
import dev.tributary.simulations.bench.fuzz.Fault.Kind;
import dev.tributary.simulations.bench.fuzz.ground.AdminCalls;
import dev.tributary.simulations.bench.fuzz.ground.Corpus;
import dev.tributary.simulations.bench.fuzz.mutate.RequestMutator;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench fuzz}: mutated requests to every route of a coordinator with a small heap. */
@Command(
    name = "fuzz",
    description = {
      "Starts a coordinator with a heap of its own, brings rounds with real devices to each of their"
          + " steps, and sends",
      "mutated requests to every route, with and without good credentials.",
      "Succeeds when every answer came in time and is declared, none is a 5xx, the live heap stays,"
          + " and a good device",
      "is served afterwards. The n-th request follows from the seed and n."
    },
    mixinStandardHelpOptions = true)
public final class FuzzBench implements Callable<Integer> {

  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final double MOST_GROWTH_MEBIBYTES = 16;

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(names = "--requests", description = "Mutated requests (default: ${DEFAULT-VALUE}).")
  private long requests = 100_000;

  @Option(names = "--seed", description = "Of all choices (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--first",
      description =
          "Number of the first request, to look at one again (default: ${DEFAULT-VALUE}).")
  private long first;

  @Option(
      names = "--heap",
      description = "Heap of the coordinator in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMebibytes = 256;

  @Option(
      names = "--connections",
      description = "Connections with several requests in flight (default: ${DEFAULT-VALUE}).")
  private int connections = 8;

  private final FuzzTally tally = new FuzzTally();

  @Override
  public Integer call() throws Exception {
    require("--requests", requests);
    require("--connections", connections);
    Path folder = Files.createTempDirectory("tributary-bench-fuzz");
    boolean good = false;
    try (CoordinatorProcess coordinator = start(folder)) {
      good = fuzz(coordinator, folder);
    } finally {
      if (good) {
        delete(folder);
      } else {
        json.progressWriter(spec).println("state and log of the coordinator are left in " + folder);
      }
    }
    return good ? 0 : 1;
  }

  private void require(String option, long value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), option + ": expected at least 1, found " + value);
    }
  }

  /** With short deadlines, so that requests which are not whole do not take long to be refused. */
  private CoordinatorProcess start(Path folder) throws IOException {
    return CoordinatorProcess.start(
        folder.resolve("coordinator"),
        heapMebibytes,
        "requests.bodyMillis=1000",
        "requests.headMillis=2000",
        "requests.slowStartMillis=2000",
        "requests.slowestBytesPerSecond=1000000",
        "access.sessionSeconds=86400",
        "uploads.keepInterruptedSeconds=1");
  }

  /** The routes of the product, asked of the product. */
  private static List<Route> routes(Path folder) {
    Coordinator unused =
        Coordinator.start(
                CoordinatorConfig.in(folder, "logs.file=false", "shutdown.graceSeconds=0"),
                ModelEvaluator.none())
            .toCompletionStage()
            .toCompletableFuture()
            .join();
    try {
      return unused.routes().routes();
    } finally {
      unused.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private boolean fuzz(CoordinatorProcess coordinator, Path folder) throws Exception {
    try (HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      var admin = new AdminCalls(http, coordinator.uri(), token(coordinator));
      Corpus corpus =
          Corpus.collect(admin, routes(folder.resolve("routes")), folder.resolve("devices"), seed);
      json.progressWriter(spec)
          .println(
              "coordinator with "
                  + heapMebibytes
                  + " MiB of heap; "
                  + requests
                  + " requests to "
                  + corpus.routeCount()
                  + " routes");
      long warm = Math.min(requests / 10, 50_000);
      long startedNanos = System.nanoTime();
      send(coordinator.uri(), corpus, first, first + warm);
      double heapBefore = coordinator.liveHeapMebibytes();
      send(coordinator.uri(), corpus, first + warm, first + requests);
      double seconds = (System.nanoTime() - startedNanos) / 1e9;
      double heapAfter = coordinator.liveHeapMebibytes();
      boolean served = isServed(admin, folder.resolve("good-device"));
      return report(corpus.routeCount(), seconds, heapBefore, heapAfter, served);
    }
  }

  private static String token(CoordinatorProcess coordinator) throws IOException {
    return new String(
            OwnerOnlyFile.read(coordinator.adminTokenFile(), 1024), StandardCharsets.US_ASCII)
        .strip();
  }

  private void send(URI coordinator, Corpus corpus, long from, long to) throws Exception {
    RequestMutator mutator = corpus.mutator();
    var work =
        new FuzzWorker.Work(
            new InetSocketAddress(coordinator.getHost(), coordinator.getPort()),
            corpus,
            seed,
            new AtomicLong(from),
            to,
            DEADLINE,
            tally);
    try (ExecutorService threads = Executors.newFixedThreadPool(connections)) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < connections; i++) {
        running.add(threads.submit(new FuzzWorker(work, mutator)));
      }
      for (Future<Void> worker : running) {
        worker.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("the fuzzer itself failed: " + e.getCause(), e);
    }
  }

  /** A device that comes afterwards takes part in a whole round, alone. */
  private boolean isServed(AdminCalls admin, Path state) throws IOException, InterruptedException {
    String token = admin.population("good", GoodDevice.TASK, 1);
    try (FederatedClient device = GoodDevice.of(admin.coordinator(), token, state)) {
      ParticipationOutcome outcome = device.participate();
      if (outcome instanceof ParticipationOutcome.TookPart) {
        return true;
      }
      json.progressWriter(spec).println("a good device afterwards: " + outcome);
      return false;
    }
  }

  private boolean report(
      int routes, double seconds, double heapBefore, double heapAfter, boolean served) {
    boolean flat = heapAfter - heapBefore <= MOST_GROWTH_MEBIBYTES;
    boolean good = tally.faults() == 0 && flat && served;
    tally.examples().forEach(json.progressWriter(spec)::println);
    String failure =
        tally.examples().stream()
            .findFirst()
            .orElse(
                flat
                    ? "a good device was not served afterwards"
                    : "the live heap grew from " + heapBefore + " to " + heapAfter + " MiB");
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("requests", tally.requests());
    fields.put("seed", seed);
    fields.put("routes", routes);
    fields.put("byStatus", tally.byStatus());
    fields.put("serverErrors", tally.of(Kind.SERVER_ERROR));
    fields.put("hangs", tally.of(Kind.HANG));
    fields.put("undeclared", tally.of(Kind.UNDECLARED));
    fields.put("seconds", rounded(seconds));
    fields.put("requestsPerSecond", rounded(tally.requests() / seconds));
    fields.put("heapMiB", heapMebibytes);
    fields.put("heapBeforeMiB", rounded(heapBefore));
    fields.put("heapAfterMiB", rounded(heapAfter));
    fields.put("goodDeviceServed", served);
    fields.put("firstFailure", good ? null : failure);
    json.print(
        spec,
        fields,
        out -> {
          out.printf(
              Locale.ROOT,
              "%d requests in %.0f s (%.0f/s): %d server errors, %d hangs, %d undeclared%n",
              tally.requests(),
              seconds,
              tally.requests() / seconds,
              tally.of(Kind.SERVER_ERROR),
              tally.of(Kind.HANG),
              tally.of(Kind.UNDECLARED));
          out.println("by status: " + tally.byStatus());
          out.printf(Locale.ROOT, "live heap: %.1f MiB, then %.1f MiB%n", heapBefore, heapAfter);
          if (!good) {
            out.println("first failure: " + failure);
          }
        });
    return good;
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
