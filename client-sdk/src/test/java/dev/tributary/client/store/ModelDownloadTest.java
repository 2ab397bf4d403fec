package dev.tributary.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.testing.HttpCall;
import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.client.transport.link.RefusedException;
import dev.tributary.client.transport.link.UnreachableException;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelDownloadTest {

  private static final byte[] FILE = StubCoordinator.MODEL_FILE;

  @TempDir Path folder;
  private StubCoordinator coordinator;
  private HttpTransport transport;
  private CoordinatorLink link;

  @BeforeEach
  void enrol() throws Exception {
    coordinator = new StubCoordinator();
    transport = HttpTransport.to(coordinator.uri());
    link =
        new CoordinatorLink(
            transport, DeviceKeyPair.generate(new SecureRandom()), DeviceClock.system());
    link.enrol(
        StubCoordinator.POPULATION,
        BearerToken.of(coordinator.enrolmentToken()),
        new SdkVersion(0, 1, 0));
  }

  @AfterEach
  void stop() throws IOException {
    transport.close();
    coordinator.close();
  }

  private ModelDownload download() {
    return new ModelDownload(link, folder, StubCoordinator.digestOf(FILE), FILE.length);
  }

  private static Optional<HttpReply> forModel(HttpCall call, HttpReply reply) {
    return call.path().startsWith("/v1/models/") ? Optional.of(reply) : Optional.empty();
  }

  @Test
  void model_isFetchedOnce_andOlderOnesGo() throws Exception {
    Files.write(folder.resolve("ab".repeat(32) + ".safetensors"), new byte[3]);
    Files.write(folder.resolve("cd".repeat(32) + ".part"), new byte[3]);

    Path file = download().attempt();

    assertThat(file).hasBinaryContent(FILE);
    assertThat(download().attempt()).isEqualTo(file);
    assertThat(coordinator.calls("GET /v1/models/")).isEqualTo(1);
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void brokenDownload_goesOnWhereItBrokeOff() throws Exception {
    byte[] half = Arrays.copyOf(FILE, FILE.length / 2);
    coordinator.before(
        call -> forModel(call, HttpReply.truncated(200, Map.of(), half, FILE.length)));
    assertThatThrownBy(() -> download().attempt()).isInstanceOf(UnreachableException.class);

    coordinator.before(
        call -> {
          if (call.path().startsWith("/v1/models/")) {
            assertThat(call.header("range")).contains("bytes=" + half.length + "-");
            assertThat(call.header("if-range"))
                .contains("\"" + StubCoordinator.digestOf(FILE) + "\"");
          }
          return Optional.empty();
        });
    assertThat(download().attempt()).hasBinaryContent(FILE);
  }

  @Test
  void coordinatorThatIgnoresTheRange_givesTheWholeModelAgain() throws Exception {
    Files.write(partial(), new byte[] {9, 9, 9});
    coordinator.before(call -> forModel(call, HttpReply.of(200, Map.of(), FILE)));
    assertThat(download().attempt()).hasBinaryContent(FILE);
  }

  @Test
  void rangeThatWasNotAskedFor_isRefused() throws Exception {
    Files.write(partial(), Arrays.copyOf(FILE, 3));
    coordinator.before(
        call ->
            forModel(
                call,
                HttpReply.of(
                    206, Map.of("Content-Range", "bytes 7-9/" + FILE.length), new byte[3])));
    assertThatThrownBy(() -> download().attempt())
        .isInstanceOf(UnreachableException.class)
        .hasMessageContaining("another range");
  }

  @Test
  void partThatTheCoordinatorCannotContinue_isBegunAgain() throws Exception {
    Files.write(partial(), Arrays.copyOf(FILE, 3));
    coordinator.before(call -> forModel(call, HttpReply.problem(416, "range-not-satisfiable")));
    assertThatThrownBy(() -> download().attempt()).isInstanceOf(RefusedException.class);
    coordinator.before(call -> Optional.empty());
    assertThat(download().attempt()).hasBinaryContent(FILE);
  }

  @Test
  void otherBytesThanTheDigestNames_areNeverUsed_andNotKept() {
    byte[] other = FILE.clone();
    other[FILE.length - 1] ^= 1;
    coordinator.before(call -> forModel(call, HttpReply.of(200, Map.of(), other)));
    assertThatThrownBy(() -> download().attempt()).isInstanceOf(WrongModelException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void modelLongerThanTheManifestSays_isCutOff_notStored() throws Exception {
    coordinator.before(call -> forModel(call, HttpReply.endless(200, Map.of(), 1L << 40)));
    assertThatThrownBy(() -> download().attempt())
        .isInstanceOf(WrongModelException.class)
        .hasMessageContaining("longer than the " + FILE.length + " bytes");
    assertThat(Files.size(partial())).isLessThanOrEqualTo(FILE.length);
  }

  @Test
  void partialFileLongerThanTheModel_isThrownAway() throws Exception {
    Files.write(partial(), new byte[FILE.length + 1]);
    assertThat(download().attempt()).hasBinaryContent(FILE);
  }

  /** As a power failure leaves it: the length is on disk, the bytes are not. */
  @Test
  void halfThatWasDamagedOnDisk_costsNoRound_andIsFetchedAgain() throws Exception {
    Files.write(partial(), new byte[FILE.length / 2]);
    assertThat(download().attempt()).hasBinaryContent(FILE);
    assertThat(coordinator.calls("GET /v1/models/")).isEqualTo(2);
  }

  @Test
  void wholeThatWasDamagedBeforeItHadItsName_isFetchedAgain() throws Exception {
    Files.write(partial(), new byte[FILE.length]);
    assertThat(download().attempt()).hasBinaryContent(FILE);
  }

  @Test
  void damagedFileOnDisk_isFetchedAgain()
      throws IOException, CoordinatorException, InterruptedException {
    Path file = download().attempt();
    byte[] damaged = FILE.clone();
    damaged[20] ^= 4;
    Files.write(file, damaged);
    assertThat(download().attempt()).hasBinaryContent(FILE);
  }

  private Path partial() {
    return folder.resolve(StubCoordinator.digestOf(FILE) + ".part");
  }
}
