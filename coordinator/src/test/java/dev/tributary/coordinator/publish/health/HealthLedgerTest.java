package dev.tributary.coordinator.publish.health;

import static dev.tributary.coordinator.store.sqlite.DatabaseTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue;
import dev.tributary.coordinator.publish.rollout.VersionHealth;
import dev.tributary.coordinator.store.sqlite.Database;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reports of devices, summed: each once, none too heavy. */
class HealthLedgerTest {

  private static final PopulationName PENS = new PopulationName("pens");
  private static final FileDigest VERSION = new FileDigest("a".repeat(64));
  private static final DeviceId DEVICE = new DeviceId("0".repeat(32));
  private static final DeviceId OTHER = new DeviceId("1".repeat(32));

  private Database database;
  private Instant now = Instant.parse("2026-11-26T12:00:00Z");
  private HealthLedger ledger;

  @BeforeEach
  void open(@TempDir Path folder) {
    database = Database.open(folder, now);
    ledger = new HealthLedger(database, () -> now, Duration.ofMinutes(1));
    publish(VERSION);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void publish(FileDigest manifest) {
    get(
        database.write(
            connection -> {
              VersionCatalogue.putManifest(
                  connection, manifest, new ModelDigest(manifest.hex()), new byte[0], now);
              return true;
            }));
  }

  private static HealthReport report(long sequence, long calls, long failures, String refusal) {
    return report(VERSION, sequence, calls, failures, refusal);
  }

  private static HealthReport report(
      FileDigest manifest, long sequence, long calls, long failures, String refusal) {
    long[] latency = new long[LatencyHistogram.BUCKETS];
    latency[30] = calls - failures;
    return new HealthReport(
        sequence,
        OpaqueBytes.of(HexFormat.of().parseHex(manifest.hex())),
        2,
        1,
        calls,
        failures,
        1,
        LatencyHistogram.of(latency),
        refusal);
  }

  private VersionHealth sum() {
    return get(ledger.since(PENS, VERSION, now.minus(Duration.ofHours(2))));
  }

  @Test
  void reportsOfDevices_areSummed() {
    assertThat(get(ledger.add(PENS, DEVICE, report(1, 100, 10, "")))).isTrue();
    assertThat(get(ledger.add(PENS, OTHER, report(1, 50, 0, "")))).isTrue();
    now = now.plus(Duration.ofHours(1));
    assertThat(get(ledger.add(PENS, DEVICE, report(2, 7, 0, "")))).isTrue();
    VersionHealth sum = sum();
    assertThat(sum.devices()).isEqualTo(2);
    assertThat(sum.loads()).isEqualTo(6);
    assertThat(sum.loadFailures()).isEqualTo(3);
    assertThat(sum.calls()).isEqualTo(157);
    assertThat(sum.callFailures()).isEqualTo(10);
    assertThat(sum.crashes()).isEqualTo(3);
    assertThat(sum.latency().total()).isEqualTo(147);
  }

  @Test
  void reportThatComesAgain_countsOnce() {
    get(ledger.add(PENS, DEVICE, report(1, 100, 10, "")));
    now = now.plus(Duration.ofMinutes(5));
    assertThat(get(ledger.add(PENS, DEVICE, report(1, 100, 10, "")))).isFalse();
    assertThat(sum().calls()).isEqualTo(100);
  }

  @Test
  void reportsFasterThanTheInterval_doNotCount() {
    get(ledger.add(PENS, DEVICE, report(1, 100, 10, "")));
    now = now.plusSeconds(59);
    assertThat(get(ledger.add(PENS, DEVICE, report(2, 100, 10, "")))).isFalse();
    now = now.plusSeconds(1);
    assertThat(get(ledger.add(PENS, DEVICE, report(3, 100, 10, "")))).isTrue();
    assertThat(sum().calls()).isEqualTo(200);
  }

  @Test
  void reportsAboutTwoVersionsAtOnce_bothCount() {
    FileDigest candidate = new FileDigest("b".repeat(64));
    publish(candidate);
    assertThat(get(ledger.add(PENS, DEVICE, report(1, 100, 0, "")))).isTrue();
    assertThat(get(ledger.add(PENS, DEVICE, report(candidate, 2, 7, 7, "")))).isTrue();
    assertThat(sum().calls()).isEqualTo(100);
    assertThat(get(ledger.since(PENS, candidate, now)).callFailures()).isEqualTo(7);
  }

  @Test
  void reportAboutAVersionThatWasNeverPublished_doesNotCount() {
    FileDigest unknown = new FileDigest("c".repeat(64));
    assertThat(get(ledger.add(PENS, DEVICE, report(unknown, 1, 100, 0, "")))).isFalse();
    assertThat(get(ledger.since(PENS, unknown, now)).devices()).isZero();
  }

  @Test
  void oneDeviceThatClaimsMuch_doesNotDrownTheOthers() {
    get(ledger.add(PENS, DEVICE, report(1, 1L << 40, 1L << 39, "")));
    for (int i = 2; i < 12; i++) {
      get(
          ledger.add(
              PENS,
              new DeviceId(HexFormat.of().formatHex(new byte[15]) + "0" + (i % 10)),
              report(1, 1_000, 0, "")));
    }
    VersionHealth sum = sum();
    assertThat(sum.callFailures()).isEqualTo(500);
    assertThat(sum.calls()).isBetween(10_000L, 11_000L);
  }

  @Test
  void reportsBeforeTheInstant_areLeftOut() {
    get(ledger.add(PENS, DEVICE, report(1, 100, 10, "")));
    now = now.plus(Duration.ofHours(5));
    assertThat(sum()).isEqualTo(VersionHealth.none());
  }

  @Test
  void refusals_areCountedByDevice_untilTheDeviceTakesAnUpdate() {
    get(ledger.add(PENS, DEVICE, report(1, 0, 0, "wrong-digest")));
    get(ledger.add(PENS, OTHER, report(1, 0, 0, "wrong-digest")));
    assertThat(get(ledger.refusals())).isEqualTo(Map.of("wrong-digest", 2L));
    now = now.plus(Duration.ofMinutes(1));
    get(ledger.add(PENS, OTHER, report(2, 0, 0, "")));
    assertThat(get(ledger.refusals())).isEqualTo(Map.of("wrong-digest", 1L));
  }

  /** So does one that has not even a first model tell why. */
  @Test
  void refusalOfADeviceThatRunsNoVersion_isCounted_forNoVersion() {
    FileDigest none =
        new FileDigest(HexFormat.of().formatHex(HealthReport.NO_VERSION.toByteArray()));
    assertThat(get(ledger.add(PENS, DEVICE, report(none, 1, 0, 0, "metadata/expired")))).isFalse();
    assertThat(get(ledger.refusals())).isEqualTo(Map.of("metadata/expired", 1L));
    assertThat(get(ledger.since(PENS, none, now))).isEqualTo(VersionHealth.none());
    get(ledger.add(PENS, DEVICE, report(2, 0, 0, "")));
    assertThat(get(ledger.refusals())).isEmpty();
    assertThat(sum().devices()).as("no report about a version came before this one").isOne();
  }

  /** Of the version that an idle device runs, such a report says nothing. */
  @Test
  void reportOfARefusalAlone_isNoEvidenceOfAVersion_andDelaysNone() {
    HealthReport refusalAlone =
        new HealthReport(
            1,
            OpaqueBytes.of(HexFormat.of().parseHex(VERSION.hex())),
            0,
            0,
            0,
            0,
            0,
            LatencyHistogram.empty(),
            "metadata/expired");
    assertThat(get(ledger.add(PENS, DEVICE, refusalAlone))).isFalse();
    assertThat(sum().devices()).isZero();
    assertThat(get(ledger.refusals())).isEqualTo(Map.of("metadata/expired", 1L));
    assertThat(get(ledger.add(PENS, DEVICE, report(2, 10, 0, "")))).as("at once").isTrue();
    assertThat(sum().devices()).isOne();
  }
}
