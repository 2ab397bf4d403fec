package dev.tributary.client.transport.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.testing.HttpCall;
import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class UpdateUploadTest {

  private static final UploadId ID = new UploadId("00112233445566778899aabbccddeeff");
  private static final int LENGTH = 1 << 20;

  private final byte[] update = randomUpdate();
  private final ContentDigest digest = ContentDigest.of(update);
  private StubCoordinator coordinator;
  private HttpTransport transport;
  private CoordinatorLink link;

  private static byte[] randomUpdate() {
    byte[] bytes = new byte[LENGTH];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

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

  private UpdateUpload upload(boolean mayHaveBegun) {
    return new UpdateUpload(
        link, StubCoordinator.ROUND, ID, update, digest, Optional.empty(), mayHaveBegun);
  }

  private static boolean isPut(HttpCall call) {
    return call.method().equals("PUT");
  }

  @Test
  void update_arrivesWholeWithItsLengthAndDigest() throws Exception {
    coordinator.before(
        call -> {
          if (isPut(call)) {
            assertThat(call.header("upload-offset")).contains("0");
            assertThat(call.header("upload-length")).contains(Integer.toString(LENGTH));
            assertThat(call.header("repr-digest"))
                .contains("sha-256=:" + Base64.getEncoder().encodeToString(digest.bytes()) + ":");
          }
          return Optional.empty();
        });
    assertThat(upload(false).attempt().counted()).isTrue();
    assertThat(coordinator.received(ID)).isEqualTo(update);
    assertThat(coordinator.calls("HEAD")).isZero();
  }

  @Test
  void disconnectAt99Percent_sendsOnlyTheRest() throws Exception {
    int received = LENGTH * 99 / 100;
    var resumedBytes = new AtomicInteger();
    var broke = new AtomicBoolean();
    coordinator.before(
        call -> {
          if (isPut(call) && broke.compareAndSet(false, true)) {
            var stage = new ByteArrayOutputStream();
            stage.writeBytes(call.body(received));
            coordinator.uploads().put(ID, stage);
            return Optional.of(HttpReply.lost());
          }
          if (isPut(call)) {
            resumedBytes.set(Integer.parseInt(call.header("content-length").orElseThrow()));
          }
          return Optional.empty();
        });
    UpdateUpload upload = upload(false);
    assertThatThrownBy(upload::attempt).isInstanceOf(UnreachableException.class);

    assertThat(upload.attempt().counted()).isTrue();

    assertThat(coordinator.received(ID)).isEqualTo(update);
    assertThat(resumedBytes.get()).isEqualTo(LENGTH - received);
  }

  @Test
  void lostAnswer_isAskedForAgainUnderTheSameIdAndDigest_withoutSendingTheUpdateAgain()
      throws Exception {
    var lost = new AtomicBoolean();
    coordinator.before(
        call -> {
          if (isPut(call) && lost.compareAndSet(false, true)) {
            var stage = new ByteArrayOutputStream();
            stage.writeBytes(call.body());
            coordinator.uploads().put(ID, stage);
            return Optional.of(HttpReply.lost());
          }
          if (isPut(call)) {
            assertThat(call.header("content-length").orElse("0")).isEqualTo("0");
            assertThat(call.header("upload-offset")).contains(Integer.toString(LENGTH));
            assertThat(call.header("upload-length")).contains(Integer.toString(LENGTH));
            assertThat(call.header("repr-digest").orElse("")).startsWith("sha-256=:");
          }
          return Optional.empty();
        });
    UpdateUpload upload = upload(false);
    assertThatThrownBy(upload::attempt).isInstanceOf(UnreachableException.class);

    assertThat(upload.attempt().uploadId()).isEqualTo(ID);

    assertThat(coordinator.uploads()).hasSize(1);
    assertThat(coordinator.received(ID)).isEqualTo(update);
  }

  @Test
  void uploadThatAnEarlierProcessMayHaveBegun_asksFirst() throws Exception {
    var stage = new ByteArrayOutputStream();
    stage.write(update, 0, 1000);
    coordinator.uploads().put(ID, stage);
    assertThat(upload(true).attempt().counted()).isTrue();
    assertThat(coordinator.received(ID)).isEqualTo(update);
    assertThat(coordinator.calls("HEAD")).isEqualTo(1);
  }

  @Test
  void offsetMismatch_goesOnWhereTheCoordinatorSays() throws Exception {
    var stage = new ByteArrayOutputStream();
    stage.write(update, 0, 1000);
    coordinator.uploads().put(ID, stage);
    assertThat(upload(false).attempt().counted()).isTrue();
    assertThat(coordinator.received(ID)).isEqualTo(update);
  }

  @Test
  void offsetBeyondTheUpdate_isUnintelligible() {
    coordinator.before(
        call ->
            call.method().equals("HEAD")
                ? Optional.of(
                    HttpReply.headOnly(200, Map.of("Upload-Offset", Integer.toString(LENGTH + 1))))
                : Optional.empty());
    assertThatThrownBy(() -> upload(true).attempt())
        .isInstanceOf(UnintelligibleException.class)
        .hasMessageContaining(Integer.toString(LENGTH + 1));
  }

  @Test
  void roundThatClosedMeanwhile_givesItsReason_thoughHeadCannot() {
    coordinator.before(
        call ->
            call.path().contains("/uploads/")
                ? Optional.of(HttpReply.problem(410, "round-closed"))
                : Optional.empty());
    assertThatThrownBy(() -> upload(true).attempt())
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> assertThat(refused.code()).isEqualTo("round-closed"));
  }

  @Test
  void conflict_isFinal() {
    coordinator.before(
        call -> {
          if (isPut(call)) {
            call.body();
            return Optional.of(HttpReply.problem(409, "upload-conflict"));
          }
          return Optional.empty();
        });
    assertThatThrownBy(() -> upload(false).attempt())
        .isInstanceOfSatisfying(
            RefusedException.class,
            refused -> {
              assertThat(refused.isTransient()).isFalse();
              assertThat(refused.code()).isEqualTo("upload-conflict");
            });
  }

  @Test
  void sessionThatExpiredMeanwhile_isRenewed_andTheUploadRepeated() throws Exception {
    assertThat(upload(false).attempt().counted()).isTrue();
    coordinator.forgetSessions();
    assertThat(upload(true).attempt().counted()).isTrue();
    assertThat(coordinator.calls("POST /v1/sessions")).isEqualTo(2);
  }

  @Test
  void sessionThatIsRefusedAgainAfterRenewal_isNotRenewedForEver() throws Exception {
    coordinator.before(
        call -> {
          if (isPut(call)) {
            call.body();
            return Optional.of(HttpReply.problem(401, "token-expired"));
          }
          return Optional.empty();
        });
    assertThatThrownBy(() -> upload(false).attempt()).isInstanceOf(RefusedException.class);
    assertThat(coordinator.calls("POST /v1/sessions")).isEqualTo(2);
  }
}
