package dev.tributary.coordinator.publish.artifact;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.MalformedArtifactException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.ArtifactEntry;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.publish.VersionManifest;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelMetrics;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.json.MalformedJsonException;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How well the files that devices get do, each measured from its own bytes: on the coordinator's
 * rows by the coordinator, on others by whoever has them. Any thread; nothing blocks the caller.
 */
public final class ArtifactMetrics {

  /**
   * What the coordinator's own rows are called, or begin to be called: as long as they are the same
   * their whole name is.
   */
  public static final String COORDINATOR = "coordinator";

  /** The name of what devices measure in evaluation rounds. */
  public static final String DEVICES = "devices";

  /** An order of names of rows: the coordinator's before all others. */
  public static final Comparator<String> COORDINATOR_FIRST =
      Comparator.<String, Boolean>comparing(data -> !data.startsWith(COORDINATOR))
          .thenComparing(Comparator.naturalOrder());

  private static final Pattern DATA = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

  private final StateStore database;
  private final InstantSource clock;
  private final ArtifactFiles artifacts;
  private final ModelFiles models;
  private final Meter meter;
  private final WorkerExecutor worker;

  /** Measures files on the coordinator's rows. */
  public interface Meter {

    /**
     * What the rows for a task are called: {@link #COORDINATOR}, or more behind it. Metrics are
     * compared when they were measured on rows of one name, so it changes when the rows do; letters
     * in lower case, digits, '.', '_' and '-'.
     */
    String rows(TaskName task);

    /**
     * The evaluation of a file that devices get, read from its own bytes, or empty when there are
     * no rows for this task or no runtime for files of this kind. Called once for each file that is
     * published, on a platform thread that it may keep as long as it needs; the promotion waits.
     *
     * @throws MalformedArtifactException when the bytes are not what the artifact says
     */
    Optional<Evaluation> measure(TaskName task, ModelArtifact artifact)
        throws MalformedArtifactException;
  }

  /**
   * What is known of a file.
   *
   * @param byData how well it does, by the name of the rows
   * @param isMade whether the coordinator made it of the version by itself
   */
  public record FileMetrics(Map<String, ModelMetrics> byData, boolean isMade) {

    /** Of a file that nobody knows. */
    public static final FileMetrics UNKNOWN = new FileMetrics(Map.of(), false);

    public FileMetrics {
      Map<String, ModelMetrics> sorted = new TreeMap<>(COORDINATOR_FIRST);
      sorted.putAll(byData);
      byData = Collections.unmodifiableMap(sorted);
    }
  }

  /**
   * Opened parts.
   *
   * @param worker on which files are measured; the caller closes it
   */
  public ArtifactMetrics(
      StateStore database,
      InstantSource clock,
      ArtifactFiles artifacts,
      ModelFiles models,
      Meter meter,
      WorkerExecutor worker) {
    this.database = database;
    this.clock = clock;
    this.artifacts = artifacts;
    this.models = models;
    this.meter = meter;
    this.worker = worker;
  }

  /** What is known of files. */
  public Future<Map<FileDigest, FileMetrics>> of(Collection<FileDigest> files) {
    return database.read(
        connection -> {
          Map<FileDigest, FileMetrics> all = new HashMap<>();
          for (FileDigest file : files) {
            all.put(
                file,
                new FileMetrics(
                    VersionCatalogue.metrics(connection, file),
                    VersionCatalogue.isMade(connection, file)));
          }
          return all;
        });
  }

  /** The files of a version that devices get or may get, each with its kind. */
  public Future<NavigableMap<FileDigest, ArtifactKind>> filesOf(ModelDigest version) {
    return database.read(
        connection -> {
          NavigableMap<FileDigest, ArtifactKind> files = new TreeMap<>();
          files.put(new FileDigest(version.hex()), ArtifactKind.FLOAT32);
          VersionCatalogue.artifacts(connection, version)
              .forEach(upload -> files.put(upload.file(), upload.kind()));
          for (FileDigest digest : VersionCatalogue.manifestsOf(connection, version)) {
            String manifest = VersionCatalogue.manifest(connection, digest).orElseThrow();
            manifest(digest, manifest)
                .artifacts()
                .forEach(entry -> files.putIfAbsent(entry.file(), entry.kind()));
          }
          return files;
        });
  }

  private static VersionManifest manifest(FileDigest digest, String content) {
    try {
      return VersionManifest.decode(content.getBytes(StandardCharsets.UTF_8));
    } catch (MalformedJsonException malformed) {
      throw new StoreException(
          StoreException.Kind.CORRUPT,
          "the kept manifest " + digest + ": " + malformed.getMessage(),
          malformed);
    }
  }

  /**
   * Keeps what somebody else measured of a file of a version.
   *
   * @param data what the rows are called
   * @return fails with a {@link RejectedException} when the version has no such file or the name
   *     cannot be used
   */
  public Future<Void> add(ModelDigest version, FileDigest file, String data, ModelMetrics metrics) {
    if (!DATA.matcher(data).matches() || data.startsWith(COORDINATOR) || data.equals(DEVICES)) {
      return Future.failedFuture(
          new RejectedException(
              RejectReason.FIELD_OUT_OF_RANGE,
              "'data': expected a name of 1 to 64 lower-case letters, digits, '.', '_' and '-',"
                  + " which is not '"
                  + DEVICES
                  + "' and does not begin with '"
                  + COORDINATOR
                  + "': those are measured by themselves"));
    }
    return filesOf(version)
        .compose(
            files ->
                files.containsKey(file)
                    ? put(file, data, metrics)
                    : Future.failedFuture(
                        new RejectedException(
                            RejectReason.NOT_FOUND,
                            "version "
                                + version
                                + " has no file "
                                + file
                                + ": neither was it uploaded for it nor is it in its manifests")));
  }

  private Future<Void> put(FileDigest file, String data, ModelMetrics metrics) {
    return database
        .write(
            connection -> {
              VersionCatalogue.put(connection, file, data, metrics, clock.instant());
              return true;
            })
        .mapEmpty();
  }

  /**
   * Measures those of some files that were not measured on the coordinator's rows yet, where it has
   * rows for the task.
   *
   * @param spec of the version whose files they are
   * @return fails with a {@link RejectedException} that names the file when one cannot be run here
   */
  Future<Void> measure(TaskName task, ModelSpec spec, List<ArtifactEntry> entries) {
    Future<Void> done = Future.succeededFuture();
    for (ArtifactEntry entry : entries) {
      done = done.compose(before -> measure(task, spec, entry));
    }
    return done;
  }

  private Future<Void> measure(TaskName task, ModelSpec spec, ArtifactEntry entry) {
    String rows = meter.rows(task);
    return of(List.of(entry.file()))
        .compose(
            known ->
                known.getOrDefault(entry.file(), FileMetrics.UNKNOWN).byData().containsKey(rows)
                    ? Future.succeededFuture()
                    : measured(task, spec, entry)
                        .compose(
                            found ->
                                found.isEmpty()
                                    ? Future.succeededFuture()
                                    : put(entry.file(), rows, found.get())));
  }

  private Future<Optional<ModelMetrics>> measured(
      TaskName task, ModelSpec spec, ArtifactEntry entry) {
    return worker
        .executeBlocking(
            () -> {
              Optional<byte[]> content = content(entry.file());
              if (content.isEmpty()) {
                return Optional.<ModelMetrics>empty(); // an old release's, collected since
              }
              ModelArtifact artifact =
                  ModelArtifact.of(
                      entry.kind(), entry.spec().orElse(spec), content.get(), entry.codecs());
              try {
                return meter.measure(task, artifact).map(ModelMetrics::of);
              } catch (MalformedArtifactException | RuntimeException cannotRun) {
                throw new RejectedException(
                    RejectReason.WRONG_STATE,
                    "the file "
                        + entry.file()
                        + " of kind "
                        + entry.kind().code()
                        + " cannot be measured: "
                        + cannotRun.getMessage());
              }
            },
            true)
        .map(Objects::requireNonNull);
  }

  private Optional<byte[]> content(FileDigest file) throws IOException {
    if (artifacts.find(file).isPresent()) {
      return Optional.of(artifacts.load(file));
    }
    Optional<Path> model = models.find(new ModelDigest(file.hex()));
    return model.isPresent() ? Optional.of(Files.readAllBytes(model.get())) : Optional.empty();
  }
}
