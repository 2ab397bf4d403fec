package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A coordinator on a free port, with an operator's command line. */
final class OperatedCoordinator implements AutoCloseable {

  private final Path folder;
  private final Coordinator coordinator;
  private final SecureRandom random = new SecureRandom();
  private final Semaphore endedRounds = new Semaphore(0);

  private OperatedCoordinator(Path folder, Coordinator coordinator) {
    this.folder = folder;
    this.coordinator = coordinator;
    coordinator
        .operators()
        .watch(
            round -> {
              if (round.ended()) {
                endedRounds.release();
              }
            });
  }

  /**
   * Starts one.
   *
   * @param folder gets the state and the root
   * @param more settings, {@code key=value}
   */
  static OperatedCoordinator start(Path folder, String... more) throws Exception {
    return start(folder, ModelEvaluator.none(), more);
  }

  /** Starts one that has rows of its own. */
  static OperatedCoordinator start(Path folder, ModelEvaluator evaluator, String... more)
      throws Exception {
    String[] settings =
        Stream.concat(
                Stream.of("listen.port=0", "logs.file=false", "shutdown.graceSeconds=0"),
                Stream.of(more))
            .toArray(String[]::new);
    CoordinatorConfig config = CoordinatorConfig.in(folder.resolve("state"), settings);
    return new OperatedCoordinator(folder, Coordinator.start(config, evaluator).await());
  }

  URI uri() {
    return coordinator.uri();
  }

  /** A token that this many devices of the population enrol with. */
  BearerToken token(String population, int uses) {
    return coordinator
        .createEnrolmentToken(new PopulationName(population), uses, Duration.ofHours(1))
        .await()
        .token();
  }

  /** Signs a first root that names the coordinator's keys, and installs it. */
  SignedMetadata<RootMetadata> installRoot() throws Exception {
    Path keys = folder.resolve("state").resolve("metadata-keys");
    var online = OnlineKeyFolder.open(keys, OnlineKeyFolder.sealingKeyIn(keys), random);
    var holder = new MetadataSigner(DeviceKeyPair.generate(random));
    RootPlan plan =
        RootPlan.first(1, Instant.now().plus(Duration.ofDays(365)))
            .with(MetadataRole.ROOT, holder.key());
    for (var role : online.byRole().entrySet()) {
      plan = plan.with(role.getKey(), role.getValue().getFirst().key());
    }
    SignedMetadata<RootMetadata> root =
        RootDraft.unsigned(plan, Optional.empty()).signedBy(holder).file();
    Path file = Files.write(folder.resolve("1.root.json"), root.encode());
    ask("trust", "root", "install", file.toString());
    return root;
  }

  /** What a command answers, as JSON; fails the test when the command fails. */
  JsonNode ask(String... words) throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(run(out, err, words)).as("%s: %s", String.join(" ", words), err).isZero();
    assertThat(out.toString().lines()).as(String.join(" ", words)).hasSize(1);
    return new ObjectMapper().readTree(out.toString());
  }

  /** The newest manifest of a version. */
  VersionManifest manifest(String version) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(uri().resolve("/api/v1/models/" + version + "/manifest"))
            .header(
                "Authorization", "Bearer " + Files.readString(coordinator.adminTokenFile()).strip())
            .build();
    HttpResponse<byte[]> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.statusCode()).isEqualTo(200);
    return VersionManifest.decode(answer.body());
  }

  /** What a command prints for people; fails the test when the command fails. */
  String text(String... words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    assertThat(run(List.of(words), out, err)).as("%s: %s", String.join(" ", words), err).isZero();
    return out.toString();
  }

  /** Whether an answer is the one that is waited for. */
  interface Wanted {
    boolean holds(JsonNode answer) throws Exception;
  }

  /**
   * Asks until the answer is what is waited for: again whenever a round has ended, and ten times a
   * second. Asking all the time would take the processor from the devices.
   */
  JsonNode await(Wanted wanted, String... words) throws Exception {
    endedRounds.drainPermits();
    JsonNode answer = ask(words);
    while (!wanted.holds(answer)) {
      boolean ended = endedRounds.tryAcquire(100, TimeUnit.MILLISECONDS);
      if (ended) {
        endedRounds.drainPermits();
      }
      answer = ask(words);
    }
    return answer;
  }

  /** Runs a command with {@code --json}; gives its exit code. */
  int run(StringWriter out, StringWriter err, String... words) {
    return run(Stream.concat(Stream.of(words), Stream.of("--json")).toList(), out, err);
  }

  private int run(List<String> words, StringWriter out, StringWriter err) {
    List<String> arguments = new ArrayList<>(words);
    arguments.addAll(
        List.of(
            "--coordinator",
            uri().toString(),
            "--token-file",
            coordinator.adminTokenFile().toString()));
    return Tributary.run(
        arguments.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(err, true));
  }

  @Override
  public void close() {
    coordinator.close().await();
  }
}
