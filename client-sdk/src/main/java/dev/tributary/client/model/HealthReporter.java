package dev.tributary.client.model;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.predict.Predictor;
import dev.tributary.client.model.predict.VersionHealth;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Tells the coordinator how the versions on this device do, so that the gates of a rollout have
 * data: counts only, never what a model was asked or answered; and why it did not take an update,
 * so that an attack on devices that do nothing else is seen as well. In its folder: {@code
 * report-sequence}, and {@code running} while a version runs; a process that finds the latter died
 * of, or with, that version. One thread at a time.
 */
public final class HealthReporter implements AutoCloseable {

  private static final String SEQUENCE = "report-sequence";
  private static final String RUNNING = "running";
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
  private static final int MAXIMUM_REFUSAL_CHARS = 64;

  private final Path folder;
  private final ModelDisk disk;
  private Optional<FileDigest> crashed;

  /** The refusal that the coordinator has of this process; nothing before the first report. */
  private Optional<String> told = Optional.empty();

  private HealthReporter(Path folder, ModelDisk disk, Optional<FileDigest> crashed) {
    this.folder = folder;
    this.disk = disk;
    this.crashed = crashed;
  }

  /**
   * Opens the folder, which must be there and belong to one device.
   *
   * @throws IOException when it cannot be read
   */
  public static HealthReporter open(Path folder) throws IOException {
    Path marker = folder.resolve(RUNNING);
    Optional<FileDigest> crashed = Optional.empty();
    if (Files.exists(marker)) {
      String text = new String(Files.readAllBytes(marker), StandardCharsets.US_ASCII);
      crashed = DIGEST.matcher(text).matches() ? Optional.of(new FileDigest(text)) : crashed;
    }
    return new HealthReporter(folder, ModelDisk.FILES, crashed);
  }

  /**
   * Notes that a version runs from now on: to be called when it has been taken into use.
   *
   * @throws IOException when that cannot be written
   */
  public void runs(StoredModel model) throws IOException {
    disk.replace(
        folder.resolve(RUNNING), model.manifest().hex().getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Sends what was counted since the last time; what could not be sent is lost, and a coordinator
   * that misses it waits. A refusal is not lost: every report has the one of now, and where the
   * coordinator has another one, or had none of this process yet, a report without counts is sent
   * when there is nothing else to tell. So is one when a refusal is over.
   *
   * @param last how looking for an update ended last
   * @return how many reports were sent
   */
  public int report(CoordinatorLink link, Predictor predictor, UpdateOutcome last)
      throws CoordinatorException, IOException, InterruptedException {
    List<HealthReport> reports = new ArrayList<>();
    long sequence = lastSequence();
    String refusal = last instanceof UpdateOutcome.Kept kept ? cut(kept.code()) : "";
    boolean toldOfCrash = false;
    for (VersionHealth health : predictor.drainHealth()) {
      boolean crashedHere = crashed.filter(health.manifest()::equals).isPresent();
      toldOfCrash |= crashedHere;
      reports.add(report(++sequence, health, crashedHere ? 1 : 0, refusal));
    }
    if (crashed.isPresent() && !toldOfCrash) {
      reports.add(withoutCounts(++sequence, bytes(crashed.get()), 1, refusal));
    }
    if (reports.isEmpty() && !told.equals(Optional.of(refusal))) {
      OpaqueBytes running =
          predictor.current().map(model -> bytes(model.manifest())).orElse(HealthReport.NO_VERSION);
      reports.add(withoutCounts(++sequence, running, 0, refusal));
    }
    saveSequence(sequence);
    crashed = Optional.empty();
    for (HealthReport report : reports) {
      link.health(report);
      told = Optional.of(refusal);
    }
    return reports.size();
  }

  private static HealthReport report(
      long sequence, VersionHealth health, long crashes, String refusal) {
    return new HealthReport(
        sequence,
        bytes(health.manifest()),
        health.loads() + health.loadFailures(),
        health.loadFailures(),
        health.predictions() + health.failures(),
        health.failures() + health.nonFinite(),
        crashes,
        health.latency(),
        refusal);
  }

  private static HealthReport withoutCounts(
      long sequence, OpaqueBytes manifest, long crashes, String refusal) {
    return new HealthReport(
        sequence, manifest, 0, 0, 0, 0, crashes, LatencyHistogram.empty(), refusal);
  }

  private static OpaqueBytes bytes(FileDigest manifest) {
    return OpaqueBytes.of(HexFormat.of().parseHex(manifest.hex()));
  }

  private static String cut(String code) {
    return code.length() <= MAXIMUM_REFUSAL_CHARS ? code : code.substring(0, MAXIMUM_REFUSAL_CHARS);
  }

  private long lastSequence() throws IOException {
    Path file = folder.resolve(SEQUENCE);
    if (Files.notExists(file)) {
      return 0;
    }
    byte[] content = Files.readAllBytes(file);
    return content.length == Long.BYTES ? Math.max(0, ByteBuffer.wrap(content).getLong()) : 0;
  }

  /** Before anything is sent: a number is never used for two reports. */
  private void saveSequence(long sequence) throws IOException {
    disk.replace(
        folder.resolve(SEQUENCE), ByteBuffer.allocate(Long.BYTES).putLong(sequence).array());
  }

  /** The version has been closed in order. */
  @Override
  public void close() throws IOException {
    disk.delete(folder.resolve(RUNNING));
  }
}
