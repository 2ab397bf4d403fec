package dev.tributary.coordinator.ops;

import dev.tributary.coordinator.access.AccessLimits;
import dev.tributary.coordinator.http.RequestLimits;
import dev.tributary.coordinator.http.server.ListenAddress;
import dev.tributary.coordinator.http.server.TlsFiles;
import dev.tributary.coordinator.intake.UploadLimits;
import dev.tributary.coordinator.publish.PublishingSettings;
import dev.tributary.coordinator.schedule.ledger.CheckpointPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything a coordinator can be told: where its state lives, where it listens, its limits. Every
 * key is described in {@code docs/coordinator.md} with its unit and default.
 *
 * @param stateDirectory holds the database, the models, the stage and the logs of exactly one
 *     running coordinator
 * @param tls absent: plain HTTP
 * @param adminTokenFile a token that the operator brings along; absent: one is made at the first
 *     start
 * @param openMetrics whether {@code /metrics} needs no admin token
 * @param checkpoints when what devices sent becomes durable
 * @param publishing how closely published versions are watched
 * @param shutdownGrace how long open rounds may finish while the coordinator closes
 */
public record CoordinatorConfig(
    Path stateDirectory,
    ListenAddress listen,
    Optional<TlsFiles> tls,
    AccessLimits access,
    Optional<Path> adminTokenFile,
    RequestLimits requests,
    UploadLimits uploads,
    CheckpointPolicy checkpoints,
    PublishingSettings publishing,
    Duration shutdownGrace,
    boolean openMetrics,
    LogSettings logs) {

  static final List<Setting> SETTINGS =
      List.of(
          Setting.text(
              "stateDirectory",
              "tributary-state",
              "Folder of the database, models, sums, stage and logs; made when missing."),
          Setting.text(
              "listen.host",
              "127.0.0.1",
              "Name or address to listen on; 0.0.0.0 is every address."),
          Setting.whole("listen.port", 8080, 0, 65535, "port", "0 takes a free one."),
          Setting.whole(
              "listen.eventLoops",
              0,
              0,
              1024,
              "threads",
              "Threads serving requests; 0 is one a processor."),
          Setting.text(
              "tls.certificate",
              "",
              "PEM file of the certificate chain, leaf first; absent is plain HTTP."),
          Setting.text("tls.privateKey", "", "PEM file of the PKCS#8 private key."),
          Setting.whole(
              "access.sessionSeconds",
              900,
              1,
              86_400,
              "seconds",
              "Life of a device's session token."),
          Setting.whole(
              "access.challengeSeconds",
              60,
              1,
              3600,
              "seconds",
              "Time a device has to sign a challenge."),
          Setting.whole(
              "access.spentChallenges",
              100_000,
              1,
              10_000_000,
              "count",
              "Challenges remembered as used; beyond it new sessions are told to come back."),
          Setting.text(
              "access.adminTokenFile",
              "",
              "File with an admin token of your own, readable by its owner only; absent: one is made at the first start."),
          Setting.whole(
              "requests.requestLineBytes", 4096, 256, 65_536, "bytes", "Longest request line."),
          Setting.whole(
              "requests.headerBytes", 16_384, 1024, 1 << 20, "bytes", "Longest set of headers."),
          Setting.whole(
              "requests.messageBytes",
              65_536,
              1024,
              1 << 24,
              "bytes",
              "Longest message of a device."),
          Setting.whole(
              "requests.documentBytes",
              1 << 20,
              1024,
              1 << 26,
              "bytes",
              "Longest operator document."),
          Setting.whole(
              "requests.headMillis",
              10_000,
              10,
              600_000,
              "milliseconds",
              "From an accepted connection to the end of its first request's headers."),
          Setting.whole(
              "requests.bodyMillis",
              15_000,
              10,
              600_000,
              "milliseconds",
              "From a message's headers to its end."),
          Setting.whole(
              "requests.idleMillis",
              90_000,
              10,
              3_600_000,
              "milliseconds",
              "A connection without a request under way is closed after this."),
          Setting.whole(
              "requests.slowestBytesPerSecond",
              4096,
              1,
              1 << 30,
              "bytes/second",
              "A slower upload or download is cut off."),
          Setting.whole(
              "requests.slowStartMillis",
              20_000,
              10,
              600_000,
              "milliseconds",
              "Given to every transfer on top of its size over the slowest rate."),
          Setting.whole(
              "requests.longestWaitSeconds",
              30,
              0,
              30,
              "seconds",
              "Longest a device may ask an answer to wait."),
          Setting.whole(
              "uploads.memoryBytes",
              64L << 20,
              1L << 16,
              1L << 40,
              "bytes",
              "Memory of all staged uploads together; more goes to temporary files."),
          Setting.whole(
              "uploads.fileBytes",
              4L << 30,
              0,
              1L << 50,
              "bytes",
              "Temporary files of all staged uploads together; more is answered storage-full."),
          Setting.whole(
              "uploads.keepInterruptedSeconds",
              600,
              0,
              86_400,
              "seconds",
              "How long an interrupted upload can be resumed."),
          Setting.flag(
              "checkpoints.enabled",
              true,
              "Whether a round that collects updates outlives a crash; without, an acknowledged"
                  + " update is in memory only and its round is then abandoned."),
          Setting.whole(
              "checkpoints.uploads",
              CheckpointPolicy.DEFAULT.batchUploads(),
              1,
              65_536,
              "uploads",
              "So many updates become durable, and are acknowledged, together."),
          Setting.whole(
              "checkpoints.millis",
              CheckpointPolicy.DEFAULT.batchWait().toMillis(),
              0,
              60_000,
              "milliseconds",
              "Longest that an update waits for others that become durable with it."),
          Setting.whole(
              "publishing.reviewSeconds",
              30,
              1,
              86_400,
              "seconds",
              "How often rollouts are reviewed, and metadata that would expire is signed again."),
          Setting.whole(
              "publishing.reportSeconds",
              60,
              0,
              86_400,
              "seconds",
              "Two reports of one device about one version count when they are at least so far apart."),
          Setting.text(
              "publishing.sealingKeyFile",
              "",
              "File with the key that seals the keys which sign metadata, readable by its owner only, for example on a volume of its own; absent: stateDirectory/metadata-keys/sealing-key."),
          Setting.whole(
              "shutdown.graceSeconds",
              10,
              0,
              3600,
              "seconds",
              "Open rounds may finish for this long; then they are abandoned."),
          Setting.flag("metrics.open", true, "Whether /metrics is served without an admin token."),
          Setting.flag(
              "logs.file",
              true,
              "Whether JSON lines go to stateDirectory/logs/coordinator.jsonl, besides the program's own log."),
          Setting.oneOf(
              "logs.level",
              "info",
              "Least severe level that goes to that file.",
              "error",
              "warn",
              "info",
              "debug"));

  /** The defaults with the state in {@code stateDirectory} and a free loopback port. */
  public static CoordinatorConfig in(Path stateDirectory, String... settings) {
    List<String> arguments =
        new ArrayList<>(List.of("stateDirectory=" + stateDirectory, "listen.port=0"));
    arguments.addAll(List.of(settings));
    return read(Optional.empty(), Map.of(), arguments);
  }

  /**
   * Reads the file, then {@code TRIBUTARY_*} variables, then {@code key=value} arguments; the later
   * one wins.
   *
   * @throws ConfigException naming the key, the expected and the actual
   */
  public static CoordinatorConfig read(
      Optional<Path> file, Map<String, String> environment, List<String> arguments) {
    ConfigReader reader = new ConfigReader(SETTINGS);
    file.ifPresent(reader::file);
    return of(new Values(reader.environment(environment).arguments(arguments).values()));
  }

  private static CoordinatorConfig of(Values values) {
    int eventLoops = values.number("listen.eventLoops");
    return new CoordinatorConfig(
        Path.of(values.text("stateDirectory")),
        new ListenAddress(
            values.text("listen.host"),
            values.number("listen.port"),
            eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops),
        tls(values),
        new AccessLimits(
            values.seconds("access.sessionSeconds"),
            values.seconds("access.challengeSeconds"),
            values.number("access.spentChallenges")),
        values.optional("access.adminTokenFile").map(Path::of),
        new RequestLimits(
            values.number("requests.requestLineBytes"),
            values.number("requests.headerBytes"),
            values.number("requests.messageBytes"),
            values.number("requests.documentBytes"),
            values.millis("requests.headMillis"),
            values.millis("requests.bodyMillis"),
            values.millis("requests.idleMillis"),
            values.number("requests.slowestBytesPerSecond"),
            values.millis("requests.slowStartMillis"),
            values.seconds("requests.longestWaitSeconds")),
        new UploadLimits(
            values.wide("uploads.memoryBytes"),
            values.wide("uploads.fileBytes"),
            values.seconds("uploads.keepInterruptedSeconds")),
        new CheckpointPolicy(
            values.flag("checkpoints.enabled"),
            values.number("checkpoints.uploads"),
            values.millis("checkpoints.millis")),
        new PublishingSettings(
            values.seconds("publishing.reviewSeconds"),
            values.seconds("publishing.reportSeconds"),
            values.optional("publishing.sealingKeyFile").map(Path::of)),
        values.seconds("shutdown.graceSeconds"),
        values.flag("metrics.open"),
        new LogSettings(
            values.flag("logs.file"), LogSettings.Level.named(values.text("logs.level"))));
  }

  private static Optional<TlsFiles> tls(Values values) {
    Optional<String> certificate = values.optional("tls.certificate");
    Optional<String> privateKey = values.optional("tls.privateKey");
    if (certificate.isPresent() != privateKey.isPresent()) {
      throw new ConfigException(
          "tls.certificate and tls.privateKey belong together; only "
              + (certificate.isPresent() ? "tls.certificate" : "tls.privateKey")
              + " is given");
    }
    return certificate.map(file -> new TlsFiles(Path.of(file), Path.of(privateKey.orElseThrow())));
  }

  /** Checked settings as typed values. */
  private record Values(Map<String, String> byPath) {

    Optional<String> optional(String path) {
      return Optional.ofNullable(byPath.get(path)).filter(text -> !text.isEmpty());
    }

    String text(String path) {
      return optional(path)
          .orElseThrow(() -> new ConfigException(path + " is empty; expected a value"));
    }

    int number(String path) {
      return Math.toIntExact(wide(path));
    }

    long wide(String path) {
      return Long.parseLong(text(path));
    }

    boolean flag(String path) {
      return Boolean.parseBoolean(text(path));
    }

    Duration seconds(String path) {
      return Duration.ofSeconds(wide(path));
    }

    Duration millis(String path) {
      return Duration.ofMillis(wide(path));
    }
  }
}
