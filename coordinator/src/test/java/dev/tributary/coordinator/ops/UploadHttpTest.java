package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static dev.tributary.coordinator.ops.Answers.text;
import static dev.tributary.coordinator.ops.Answers.vector;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import io.vertx.core.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Uploads over real HTTP, one fault after the other. */
@Timeout(60)
final class UploadHttpTest {

  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final byte[] VECTOR = vector(1);

  @TempDir Path folder;
  private RunningCoordinator coordinator;
  private TestDevice device;

  @BeforeEach
  void start() throws Exception {
    coordinator = RunningCoordinator.start(folder);
    device = coordinator.device();
  }

  @AfterEach
  void stop() {
    coordinator.close();
  }

  @Test
  void wholeUpload_isCountedOnce_andAnswered() throws Exception {
    HttpResponse<byte[]> answer = device.put(ID, VECTOR);
    assertThat(answer.statusCode()).isEqualTo(200);
    UploadReceipt receipt = UploadReceipt.decode(answer.body());
    assertThat(receipt.counted()).isTrue();
    assertThat(receipt.uploadId().toString()).isEqualTo(ID);
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
    assertNothingStaged();
  }

  @Test
  void identicalRetry_isAnsweredIdentically_andNotCountedAgain() throws Exception {
    HttpResponse<byte[]> first = device.put(ID, VECTOR);
    HttpResponse<byte[]> second = device.put(ID, VECTOR);
    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
    assertThat(metrics()).contains("outcome=\"discarded\",reason=\"repeated\"");
  }

  @Test
  void sameIdWithOtherBytes_isAConflict_andTheFirstIsKept() throws Exception {
    device.put(ID, VECTOR);
    HttpResponse<byte[]> answer = device.put(ID, vector(2));
    assertProblem(answer, RejectReason.UPLOAD_CONFLICT);
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
  }

  @Test
  void begunUploadWithOtherDigest_isAConflict_andTheFirstCanGoOn() throws Exception {
    sendHalf();
    assertProblem(device.put(ID, vector(2)), RejectReason.UPLOAD_CONFLICT);
    assertThat(coordinator.send(device.upload(ID, VECTOR, 50).build()).statusCode()).isEqualTo(200);
  }

  @Test
  void wrongDigest_isRefused_andNothingIsKept() throws Exception {
    HttpRequest request =
        device.upload(ID, VECTOR, 0).setHeader("Repr-Digest", TestDevice.digest(vector(2))).build();
    assertProblem(coordinator.send(request), RejectReason.WRONG_DIGEST);
    assertNothingCounted();
    assertThat(device.offset(ID).headers().firstValue("Upload-Offset")).hasValue("0");
  }

  @Test
  void wrongLength_isRefused() throws Exception {
    assertProblem(device.put(ID, Arrays.copyOf(VECTOR, 102)), RejectReason.WRONG_LENGTH);
    assertNothingCounted();
  }

  @Test
  void bodyLongerThanAnnounced_isRefused() throws Exception {
    HttpRequest request =
        device.upload(ID, VECTOR, 0).PUT(BodyPublishers.ofByteArray(new byte[104])).build();
    assertProblem(coordinator.send(request), RejectReason.WRONG_LENGTH);
    assertNothingCounted();
  }

  @Test
  void endlessBody_isRefusedAtTheAnnouncedLength() throws Exception {
    HttpRequest request =
        device
            .upload(ID, VECTOR, 0)
            .PUT(
                BodyPublishers.fromPublisher(
                    BodyPublishers.ofByteArrays(
                        Stream.generate(() -> new byte[1000]).limit(50).toList())))
            .build();
    assertProblem(coordinator.send(request), RejectReason.WRONG_LENGTH);
    assertNothingCounted();
  }

  @Test
  void residueOutOfRange_isRefused_namingItsIndexOnly() throws Exception {
    byte[] bad = VECTOR.clone();
    bad[9] |= (byte) 0x80; // bit 79: the highest of residue 3, which takes the bits 60..79
    HttpResponse<byte[]> answer = device.put(ID, bad);
    assertProblem(answer, RejectReason.RESIDUE_OUT_OF_RANGE);
    assertThat(text(answer)).contains("residue 3 ");
    assertNothingCounted();
  }

  @Test
  void paddingThatIsNotZero_isRefused() throws Exception {
    byte[] bad = VECTOR.clone();
    bad[102] |= (byte) 0x80;
    assertProblem(device.put(ID, bad), RejectReason.RESIDUE_OUT_OF_RANGE);
    assertNothingCounted();
  }

  @Test
  void bodyThatEndsEarly_isNotCounted_andIsResumedAtItsOffset() throws Exception {
    HttpResponse<byte[]> cut = sendHalf();
    assertProblem(cut, RejectReason.BODY_INCOMPLETE);
    assertThat(cut.headers().firstValue("Upload-Offset")).hasValue("50");
    assertNothingCounted();
    HttpResponse<byte[]> offset = device.offset(ID);
    assertThat(offset.headers().firstValue("Upload-Offset")).hasValue("50");
    assertThat(offset.headers().firstValue("Upload-Complete")).hasValue("?0");
    assertThat(coordinator.send(device.upload(ID, VECTOR, 50).build()).statusCode()).isEqualTo(200);
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
    assertThat(device.offset(ID).headers().firstValue("Upload-Complete")).hasValue("?1");
  }

  @Test
  void wrongOffset_isRefused_andToldTheRightOne() throws Exception {
    sendHalf();
    HttpResponse<byte[]> answer = coordinator.send(device.upload(ID, VECTOR, 20).build());
    assertProblem(answer, RejectReason.OFFSET_MISMATCH);
    assertThat(answer.headers().firstValue("Upload-Offset")).hasValue("50");
    assertNothingCounted();
  }

  @Test
  void deviceThatVanishes_isNotCounted_andResumesAtItsOffset() throws Exception {
    try (Socket socket = halfOpenUpload(VECTOR, 99)) {
      socket.setSoLinger(true, 0); // reset, as a device does that loses its network
    }
    until(() -> offsetOf(ID) == 99);
    assertNothingCounted();
    assertThat(coordinator.send(device.upload(ID, VECTOR, 99).build()).statusCode()).isEqualTo(200);
  }

  @Test
  void secondRequestForAnUpload_takesOverFromOneThatHangs() throws Exception {
    try (Socket hanging = halfOpenUpload(VECTOR, 60)) {
      assertThat(hanging.isConnected()).isTrue();
      until(() -> coordinator.desks.countedUploads() == 0 && offsetOf(ID) == 60);
      assertThat(coordinator.send(device.upload(ID, VECTOR, 60).build()).statusCode())
          .isEqualTo(200);
    }
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
  }

  @Test
  void retryThatOvertakesItsOriginal_waitsForTheSameAnswer() throws Exception {
    Promise<Void> hold = Promise.promise();
    coordinator.desks.holdBack = hold;
    CompletableFuture<HttpResponse<byte[]>> first =
        coordinator.http.sendAsync(
            device.upload(ID, VECTOR, 0).build(), BodyHandlers.ofByteArray());
    until(() -> coordinator.desks.countCalls.get() == 1);
    CompletableFuture<HttpResponse<byte[]>> second =
        coordinator.http.sendAsync(
            device.upload(ID, VECTOR, 0).build(), BodyHandlers.ofByteArray());
    assertThat(second).isNotDone();
    hold.complete();
    assertThat(first.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(second.get(20, TimeUnit.SECONDS).body()).isEqualTo(first.join().body());
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
  }

  @Test
  void closedRound_refusesWithItsOwnCode_andForgetsWhatWasBegun() throws Exception {
    sendHalf();
    coordinator.desks.refusal = RejectReason.ROUND_CLOSED;
    assertProblem(
        coordinator.send(device.upload(ID, VECTOR, 50).build()), RejectReason.ROUND_CLOSED);
    assertNothingCounted();
    assertNothingStaged();
    assertThat(metrics()).contains("reason=\"round-closed\"");
  }

  @Test
  void unknownRound_isRefused() throws Exception {
    HttpRequest request =
        device
            .authorised(
                HttpRequest.newBuilder(coordinator.uri("/v1/rounds/digits.7/uploads/" + ID)))
            .header("Upload-Length", "103")
            .header("Repr-Digest", TestDevice.digest(VECTOR))
            .PUT(BodyPublishers.ofByteArray(VECTOR))
            .build();
    assertProblem(coordinator.send(request), RejectReason.UNKNOWN_ROUND);
  }

  @Test
  void uploadWithoutItsHeaders_isRefused() throws Exception {
    String path = "/v1/rounds/" + FixtureDesks.ROUND + "/uploads/" + ID;
    HttpRequest bare =
        device
            .authorised(HttpRequest.newBuilder(coordinator.uri(path)))
            .PUT(BodyPublishers.ofByteArray(VECTOR))
            .build();
    assertProblem(coordinator.send(bare), RejectReason.BAD_HEADER);
  }

  @Test
  void compressedUpload_isRefused() throws Exception {
    HttpRequest request = device.upload(ID, VECTOR, 0).header("Content-Encoding", "gzip").build();
    assertProblem(coordinator.send(request), RejectReason.UNSUPPORTED_MEDIA_TYPE);
  }

  @Test
  void otherDevicesUploadId_isAnotherUpload() throws Exception {
    sendHalf();
    TestDevice other = coordinator.device();
    assertThat(other.offset(ID).headers().firstValue("Upload-Offset")).hasValue("0");
    assertThat(other.put(ID, vector(3)).statusCode()).isEqualTo(200);
    assertThat(coordinator.send(device.upload(ID, VECTOR, 50).build()).statusCode()).isEqualTo(200);
    assertThat(coordinator.desks.sum.uploads()).isEqualTo(2);
  }

  @Test
  void interruptedUpload_isForgottenWhenItsTimeIsOver_withAllItOccupied() throws Exception {
    coordinator.close();
    coordinator = RunningCoordinator.start(folder, "uploads.keepInterruptedSeconds=0");
    device = coordinator.device();
    sendHalf();
    assertThat(device.offset(ID).headers().firstValue("Upload-Offset")).hasValue("0");
    assertNothingStaged();
  }

  @Test
  void stageFolder_isEmptiedByTheNextStart() throws Exception {
    coordinator.close();
    Path left = Files.writeString(folder.resolve("stage").resolve("7.upload"), "of a crash");
    coordinator = RunningCoordinator.start(folder, "access.adminTokenFile=");
    assertThat(left).doesNotExist();
  }

  private HttpResponse<byte[]> sendHalf() throws IOException, InterruptedException {
    return coordinator.send(
        device.upload(ID, VECTOR, 0).PUT(BodyPublishers.ofByteArray(VECTOR, 0, 50)).build());
  }

  /** Sends the head and the first bytes of an upload and leaves the connection open. */
  private Socket halfOpenUpload(byte[] vector, int bytes) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), coordinator.port());
    String head =
        "PUT /v1/rounds/"
            + FixtureDesks.ROUND
            + "/uploads/"
            + ID
            + " HTTP/1.1\r\nHost: x\r\n"
            + "Authorization: Bearer "
            + device.session
            + "\r\nContent-Length: "
            + vector.length
            + "\r\nUpload-Length: "
            + vector.length
            + "\r\nRepr-Digest: "
            + TestDevice.digest(vector)
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().write(vector, 0, bytes);
    socket.getOutputStream().flush();
    return socket;
  }

  private long offsetOf(String id) {
    try {
      return Long.parseLong(device.offset(id).headers().firstValue("Upload-Offset").orElse("-1"));
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Asks again and again: each question is a round trip, so this does not spin. */
  private static void until(BooleanSupplier condition) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime())
          .as("condition still false after 20 s")
          .isLessThan(deadlineNanos);
      Thread.onSpinWait();
    }
  }

  private String metrics() throws IOException, InterruptedException {
    return text(coordinator.send(HttpRequest.newBuilder(coordinator.uri("/metrics")).build()));
  }

  private void assertNothingCounted() {
    assertThat(coordinator.desks.sum.uploads()).isZero();
  }

  private void assertNothingStaged() throws Exception {
    assertThat(metrics())
        .contains("tributary_stage_memory_bytes 0.0", "tributary_stage_files_bytes 0.0");
    try (Stream<Path> files = Files.list(folder.resolve("stage"))) {
      assertThat(files).isEmpty();
    }
  }
}
