package dev.tributary.client.model;

import static dev.tributary.client.testing.ModelRepository.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.model.predict.Predictor;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.testing.HttpCall;
import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.trust.TrustRefusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a device tells of itself: counts once, and its refusal until it is known. */
@Timeout(60)
class HealthReporterTest {

  private static final Examples ONES = Examples.of(new float[] {1, 1}, 2, new int[1]);
  private static final UpdateOutcome EXPIRED =
      new UpdateOutcome.Kept(
          UpdateCause.METADATA, Optional.of(TrustRefusal.EXPIRED), "it is too old");
  private static final UpdateOutcome NO_CHANNEL =
      new UpdateOutcome.Kept(UpdateCause.NO_CHANNEL, Optional.empty(), "there is none");

  @TempDir Path folder;
  private final List<HealthReport> reports = new CopyOnWriteArrayList<>();
  private volatile int status = 204;
  private StubCoordinator coordinator;
  private HttpTransport transport;
  private CoordinatorLink link;
  private Predictor predictor;
  private HealthReporter reporter;

  @BeforeEach
  void enrol() throws Exception {
    coordinator = new StubCoordinator();
    coordinator.before(this::kept);
    transport = HttpTransport.to(coordinator.uri());
    link =
        new CoordinatorLink(
            transport, DeviceKeyPair.generate(new SecureRandom()), DeviceClock.system());
    link.enrol(
        StubCoordinator.POPULATION,
        BearerToken.of(coordinator.enrolmentToken()),
        new SdkVersion(0, 1, 0));
    predictor = Predictor.withRuntime("java", new SafetensorsLoader());
    Files.createDirectories(folder.resolve("health"));
    restart();
  }

  @AfterEach
  void stop() throws IOException {
    predictor.close();
    transport.close();
    coordinator.close();
  }

  /** Another process on the same folder. */
  private void restart() throws IOException {
    reporter = HealthReporter.open(folder.resolve("health"));
  }

  private Optional<HttpReply> kept(HttpCall call) throws IOException {
    if (!call.path().equals("/v1/health")) {
      return Optional.empty();
    }
    try {
      HealthReport report = HealthReport.decode(call.body());
      if (status != 204) {
        return Optional.of(HttpReply.problem(status, "overloaded"));
      }
      reports.add(report);
      return Optional.of(HttpReply.of(204, Map.of(), new byte[0]));
    } catch (RejectedException malformed) {
      throw new IOException(malformed);
    }
  }

  private int report(UpdateOutcome outcome) throws Exception {
    return reporter.report(link, predictor, outcome);
  }

  /** A device that has the first model, runs it, and has told so. */
  private UpdateOutcome installed() throws Exception {
    var device = new InstalledDevice(folder.resolve("models"));
    UpdateOutcome outcome = device.store.refresh(NOW, ModelUser.NONE);
    assertThat(outcome).isInstanceOf(UpdateOutcome.UpToDate.class);
    predictor.use(device.store.current().orElseThrow());
    assertThat(report(outcome)).as("its load").isOne();
    assertThat(reports.get(0).loads()).isOne();
    reports.clear();
    return outcome;
  }

  private OpaqueBytes running() {
    return OpaqueBytes.of(
        HexFormat.of().parseHex(predictor.current().orElseThrow().manifest().hex()));
  }

  @Test
  void deviceWithoutAModel_tellsWhyItHasNone() throws Exception {
    assertThat(report(EXPIRED)).isOne();
    HealthReport report = reports.get(0);
    assertThat(report.refusal()).isEqualTo("metadata/expired");
    assertThat(report.manifest()).isEqualTo(HealthReport.NO_VERSION);
    assertThat(report.manifest().toByteArray()).isEqualTo(new byte[32]);
    assertThat(report.loads() + report.calls() + report.crashes()).isZero();
  }

  @Test
  void idleDevice_tellsOfEachRefusalOnce_andWhenItIsOver() throws Exception {
    UpdateOutcome upToDate = installed();
    assertThat(report(upToDate)).as("nothing new").isZero();
    assertThat(report(EXPIRED)).isOne();
    assertThat(report(EXPIRED)).as("told already").isZero();
    assertThat(report(NO_CHANNEL)).isOne();
    assertThat(report(upToDate)).isOne();
    assertThat(report(upToDate)).as("told already").isZero();
    assertThat(reports)
        .extracting(HealthReport::refusal)
        .containsExactly("metadata/expired", "no-channel", "");
    assertThat(reports).extracting(HealthReport::manifest).containsOnly(running());
    assertThat(reports).extracting(HealthReport::sequence).containsExactly(2L, 3L, 4L);
  }

  @Test
  void refusalThatAnotherReportCarries_getsNoneOfItsOwn() throws Exception {
    installed();
    predictor.predict(ONES);
    assertThat(report(EXPIRED)).isOne();
    assertThat(reports.get(0).calls()).isOne();
    assertThat(reports.get(0).refusal()).isEqualTo("metadata/expired");
    assertThat(report(EXPIRED)).isZero();
  }

  @Test
  void refusalThatDidNotArrive_isToldAgain() throws Exception {
    installed();
    predictor.predict(ONES);
    status = 503;
    assertThatThrownBy(() -> report(EXPIRED)).isInstanceOf(CoordinatorException.class);
    status = 204;
    assertThat(report(EXPIRED)).isOne();
    assertThat(reports).extracting(HealthReport::refusal).containsExactly("metadata/expired");
    assertThat(reports.get(0).calls()).as("counts are not repeated").isZero();
  }

  /** It does not know what the process before it has told, nor whether that arrived. */
  @Test
  void newProcess_tellsOnce_alsoThatThereIsNoRefusal() throws Exception {
    UpdateOutcome upToDate = installed();
    assertThat(report(EXPIRED)).isOne();
    restart();
    assertThat(report(upToDate)).isOne();
    assertThat(report(upToDate)).isZero();
    assertThat(reports).extracting(HealthReport::refusal).containsExactly("metadata/expired", "");
  }

  @Test
  void crashOfTheProcessBefore_carriesTheRefusal() throws Exception {
    installed();
    reporter.runs(predictor.current().orElseThrow());
    restart();
    assertThat(report(EXPIRED)).isOne();
    assertThat(reports.get(0).crashes()).isOne();
    assertThat(reports.get(0).refusal()).isEqualTo("metadata/expired");
    assertThat(report(EXPIRED)).isZero();
  }
}
