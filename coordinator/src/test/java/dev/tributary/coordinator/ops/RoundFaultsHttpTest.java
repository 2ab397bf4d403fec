package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.secret.InsecureSecretAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The faults of devices over HTTP against a coordinator with nothing replaced, down to the sum. */
@Timeout(60)
final class RoundFaultsHttpTest implements TestDevice.Reachable {

  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final String TASK =
      """
      name: digits
      population: keyboards
      model: {format: tributary-model/1, input: [4], layers: [{type: linear, units: 2}],
              loss: softmax-cross-entropy, classes: 2}
      protocol: plain
      cohort: {target: 2, overSelection: 1.5, minimum: 2}
      pace: {floorSeconds: 0, slotSeconds: 0.01}
      """;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final TestDevice[] devices = new TestDevice[3];
  private Coordinator coordinator;
  private RoundId round;
  private RoundManifest manifest;

  /** Two updates end the round, three devices are in it. */
  @BeforeEach
  void startRound(@TempDir Path folder) throws Exception {
    coordinator =
        Coordinator.start(
                CoordinatorConfig.in(folder, "logs.file=false", "shutdown.graceSeconds=0"),
                ModelEvaluator.none())
            .await();
    coordinator.operators().createPopulation(RunningCoordinator.POPULATION).await();
    coordinator.operators().createTask(TaskConfig.parse(TASK)).await();
    for (int i = 0; i < devices.length; i++) {
      devices[i] = new TestDevice(this);
      devices[i].enrol(
          coordinator
              .createEnrolmentToken(RunningCoordinator.POPULATION, 1, Duration.ofHours(1))
              .await()
              .token()
              .text(InsecureSecretAccess.get()));
      devices[i].openSession();
    }
    round = checkIn(devices[0]);
    assertThat(checkIn(devices[1])).isEqualTo(round);
    assertThat(checkIn(devices[2])).isEqualTo(round);
    manifest =
        RoundManifest.decode(devices[0].get("/v1/rounds/" + round + "/manifest?wait=30").body());
  }

  @AfterEach
  void stop() {
    http.close();
    coordinator.close().await();
  }

  @Test
  void round_takesItsUpdates_andPublishes() throws Exception {
    assertThat(put(devices[0], 10).statusCode()).isEqualTo(200);
    assertThat(put(devices[1], 30).statusCode()).isEqualTo(200);
    RoundResult result = result(devices[2]);
    assertThat(result.state()).isEqualTo(RoundOutcome.PUBLISHED);
    var version = coordinator.operators().model(result.modelDigest().orElseThrow()).await();
    assertThat(version.getFirst().devices()).isEqualTo(2);
    assertThat(devices[2].get("/v1/models/" + version.getFirst().digest()).statusCode())
        .isEqualTo(200);
  }

  @Test
  void identicalDuplicate_isAnsweredIdentically_alsoAfterTheEnd_andCountedOnce() throws Exception {
    HttpResponse<byte[]> first = put(devices[0], 10);
    assertThat(UploadReceipt.decode(first.body()).counted()).isTrue();
    assertThat(put(devices[0], 10).body()).isEqualTo(first.body());
    put(devices[1], 30);
    result(devices[0]);
    assertThat(put(devices[0], 10).body()).isEqualTo(first.body());
    assertThat(coordinator.operators().round(round).await().countedCount()).isEqualTo(2);
  }

  @Test
  void duplicateWithOtherBytes_isAConflict_andTheFirstIsKept() throws Exception {
    put(devices[0], 10);
    assertProblem(put(devices[0], 11), RejectReason.UPLOAD_CONFLICT);
    assertThat(coordinator.operators().round(round).await().countedCount()).isEqualTo(1);
  }

  @Test
  void wrongDigest_isNotCounted_andTheRightBytesAreTaken() throws Exception {
    HttpRequest wrong =
        devices[0]
            .upload(round, ID, packed(10), 0)
            .setHeader("Repr-Digest", TestDevice.digest(packed(11)))
            .build();
    assertProblem(send(wrong), RejectReason.WRONG_DIGEST);
    assertThat(coordinator.operators().round(round).await().countedCount()).isZero();
    assertThat(put(devices[0], 10).statusCode()).isEqualTo(200);
  }

  @Test
  void deviceThatVanishesAtTheLastByte_isNotCounted_andGoesOnThere() throws Exception {
    byte[] vector = packed(10);
    int most = vector.length - 1;
    HttpRequest cut =
        devices[0]
            .upload(round, ID, vector, 0)
            .PUT(BodyPublishers.ofByteArray(Arrays.copyOf(vector, most)))
            .build();
    assertProblem(send(cut), RejectReason.BODY_INCOMPLETE);
    assertThat(coordinator.operators().round(round).await().countedCount()).isZero();
    assertThat(send(devices[0].upload(round, ID, vector, most).build()).statusCode())
        .isEqualTo(200);
    assertThat(coordinator.operators().round(round).await().countedCount()).isEqualTo(1);
  }

  @Test
  void deviceThatComesTooLate_isToldThatTheRoundIsClosed() throws Exception {
    put(devices[0], 10);
    put(devices[1], 30);
    assertProblem(put(devices[2], 50), RejectReason.ROUND_CLOSED);
    assertThat(result(devices[2]).state()).isEqualTo(RoundOutcome.PUBLISHED);
    assertProblem(put(devices[2], 50), RejectReason.ROUND_CLOSED);
  }

  @Test
  void roundThatIsNotThere_isUnknown() throws Exception {
    HttpRequest request = devices[0].upload(RoundId.of("digits.77"), ID, packed(10), 0).build();
    assertProblem(send(request), RejectReason.UNKNOWN_ROUND);
  }

  @Test
  void updateOfAnEarlierRound_isRefusedInALaterOne() throws Exception {
    put(devices[0], 10);
    put(devices[1], 30);
    assertThat(result(devices[0]).state()).isEqualTo(RoundOutcome.PUBLISHED);
    RoundId next = checkIn(devices[1]);
    assertThat(next).isNotEqualTo(round);
    HttpRequest replay = devices[0].upload(next, ID, packed(10), 0).build();
    assertProblem(send(replay), RejectReason.NOT_IN_ROUND);
    assertThat(coordinator.operators().round(next).await().countedCount()).isZero();
  }

  @Test
  void updateOfAnotherTask_isRefused() throws Exception {
    coordinator
        .operators()
        .createTask(TaskConfig.parse(TASK.replace("name: digits", "name: other")))
        .await();
    RoundId other = new RoundId(new TaskName("other"), 1);
    put(devices[0], 10);
    HttpRequest replay = devices[0].upload(other, ID, packed(10), 0).build();
    HttpResponse<byte[]> answer = send(replay);
    assertThat(answer.statusCode()).isBetween(400, 499);
    assertThat(coordinator.operators().round(round).await().countedCount()).isEqualTo(1);
  }

  private HttpResponse<byte[]> put(TestDevice device, int steps) throws Exception {
    return send(device.upload(round, ID, packed(steps), 0).build());
  }

  private RoundResult result(TestDevice device) throws Exception {
    return RoundResult.decode(device.get("/v1/rounds/" + round + "/result?wait=30").body());
  }

  private static RoundId checkIn(TestDevice device) throws Exception {
    byte[] message =
        new CheckIn(
                RunningCoordinator.POPULATION,
                SdkVersion.of("1.2.3"),
                10,
                Map.of(),
                List.of("java"))
            .encode();
    var answer = CheckInAnswer.decode(device.message("/v1/check-ins", message).body());
    assertThat(answer).isInstanceOf(CheckInAnswer.Assigned.class);
    return ((CheckInAnswer.Assigned) answer).roundId();
  }

  /** An update whose every coordinate is this many quantisation steps, with full weight. */
  private byte[] packed(int steps) {
    var parameters = manifest.quantization();
    int[] lanes = new int[parameters.vectorLength()];
    Arrays.fill(lanes, (int) parameters.centre() + steps);
    lanes[parameters.parameters()] = (int) parameters.maxLane();
    return RoundProtocol.of(manifest.protocol())
        .masker(parameters, List.of())
        .mask(new QuantizedUpdate(parameters, lanes))
        .packed();
  }

  @Override
  public URI uri(String path) {
    return coordinator.uri().resolve(path);
  }

  @Override
  public HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofByteArray());
  }
}
