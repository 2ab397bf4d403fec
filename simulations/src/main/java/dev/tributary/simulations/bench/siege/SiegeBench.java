package dev.tributary.simulations.bench.siege;

import dev.tributary.simulations.bench.CoordinatorProcess;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench siege}: honest requests beside thousands of connections that do nothing. */
@Command(
    name = "siege",
    description = {
      "Starts a coordinator, times honest requests, opens many connections that say nothing or stop"
          + " within a request,",
      "times honest requests beside them, and waits for the coordinator to close them.",
      "Succeeds when all are closed within their deadlines and the honest requests were all answered."
    },
    mixinStandardHelpOptions = true)
public final class SiegeBench implements Callable<Integer> {

  private static final int HEAD_SECONDS = 10; // until a connection must have brought its headers
  private static final int BODY_SECONDS = 15; // and its body
  private static final int IDLE_SECONDS = 10; // and after its answer
  private static final int SLACK_SECONDS = 10;
  private static final int WARM = 500;

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(names = "--idle", description = "Connections (default: ${DEFAULT-VALUE}).")
  private int idle = 5000;

  @Option(
      names = "--requests",
      description = "Honest requests, one after the other (default: ${DEFAULT-VALUE}).")
  private int requests = 2000;

  @Option(
      names = "--heap",
      description = "Heap of the coordinator in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMebibytes = 256;

  @Override
  public Integer call() throws Exception {
    if (idle < 1 || requests < 1) {
      throw new ParameterException(
          spec.commandLine(), "--idle and --requests: expected at least 1");
    }
    Path folder = Files.createTempDirectory("tributary-bench-siege");
    try (CoordinatorProcess coordinator =
            CoordinatorProcess.start(
                folder,
                heapMebibytes,
                "requests.headMillis=" + HEAD_SECONDS * 1000,
                "requests.bodyMillis=" + BODY_SECONDS * 1000,
                "requests.idleMillis=" + IDLE_SECONDS * 1000);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
      return measure(coordinator, http) ? 0 : 1;
    } finally {
      delete(folder);
    }
  }

  private boolean measure(CoordinatorProcess coordinator, HttpClient http)
      throws IOException, InterruptedException {
    HttpRequest honest =
        HttpRequest.newBuilder(URI.create(coordinator.uri() + "/health/ready")).build();
    p99Millis(http, honest, WARM);
    double quietMillis = p99Millis(http, honest, requests);
    double heapBefore = coordinator.liveHeapMebibytes();
    long openedNanos = System.nanoTime();
    try (IdleSockets sockets = IdleSockets.open(coordinator.uri(), idle)) {
      json.progressWriter(spec).println(idle + " connections that do nothing are open");
      double besiegedMillis = p99Millis(http, honest, requests);
      double heapBeside = coordinator.liveHeapMebibytes();
      double seconds = untilClosed(sockets, openedNanos);
      return report(quietMillis, besiegedMillis, heapBefore, heapBeside, sockets, seconds);
    }
  }

  private static double p99Millis(HttpClient http, HttpRequest honest, int count)
      throws IOException, InterruptedException {
    long[] nanos = new long[count];
    for (int i = 0; i < count; i++) {
      long startedNanos = System.nanoTime();
      HttpResponse<Void> answer = http.send(honest, BodyHandlers.discarding());
      nanos[i] = System.nanoTime() - startedNanos;
      if (answer.statusCode() != 200) {
        throw new IOException("an honest request was answered " + answer.statusCode());
      }
    }
    Arrays.sort(nanos);
    return nanos[(int) (count * 0.99)] / 1e6;
  }

  /** Until none is open, or until the time is over in which all must have been closed. */
  private static double untilClosed(IdleSockets sockets, long openedNanos)
      throws InterruptedException {
    double most = BODY_SECONDS + IDLE_SECONDS + SLACK_SECONDS;
    double seconds = (System.nanoTime() - openedNanos) / 1e9;
    double end = seconds + most;
    while (sockets.openCount() > 0 && seconds < end) {
      Thread.sleep(100);
      seconds = (System.nanoTime() - openedNanos) / 1e9;
    }
    return seconds;
  }

  private boolean report(
      double quietMillis,
      double besiegedMillis,
      double heapBefore,
      double heapBeside,
      IdleSockets sockets,
      double seconds) {
    int left = sockets.openCount();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("idleSockets", idle);
    fields.put("requests", requests);
    fields.put("p99QuietMillis", rounded(quietMillis));
    fields.put("p99BesiegedMillis", rounded(besiegedMillis));
    fields.put("p99Ratio", rounded(besiegedMillis / quietMillis));
    fields.put("heapBeforeMiB", rounded(heapBefore));
    fields.put("heapBesideMiB", rounded(heapBeside));
    fields.put("closedAfterSeconds", rounded(seconds));
    fields.put("stillOpen", left);
    json.print(
        spec,
        fields,
        out ->
            out.printf(
                Locale.ROOT,
                "p99 of an honest request: %.2f ms, and %.2f ms beside %d idle connections;%n"
                    + "all but %d closed after %.1f s; live heap %.1f MiB, then %.1f MiB%n",
                quietMillis,
                besiegedMillis,
                idle,
                left,
                seconds,
                heapBefore,
                heapBeside));
    return left == 0;
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
