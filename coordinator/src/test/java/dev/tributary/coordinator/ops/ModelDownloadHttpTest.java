package dev.tributary.coordinator.ops;

import static dev.tributary.coordinator.ops.Answers.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RejectReason;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Models over real HTTP (RFC 9110, sections 13 and 14). */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ModelDownloadHttpTest {

  private static final int BYTES = 300_000;

  private RunningCoordinator coordinator;
  private TestDevice device;
  private byte[] content;
  private String path;
  private String tag;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    coordinator = RunningCoordinator.start(folder);
    device = coordinator.device();
    content = new byte[BYTES];
    new Random(1).nextBytes(content);
    ModelDigest digest = ModelDigest.ofSha256(MessageDigest.getInstance("SHA-256").digest(content));
    coordinator.desks.models.put(digest, Files.write(folder.resolve("model"), content));
    path = "/v1/models/" + digest;
    tag = "\"" + digest + "\"";
  }

  @AfterAll
  void stop() {
    coordinator.close();
  }

  @Test
  void wholeModel_comesWithItsStrongTag_forEver() throws Exception {
    HttpResponse<byte[]> answer = device.get(path);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo(content);
    assertThat(answer.headers().firstValue("ETag")).hasValue(tag);
    assertThat(answer.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    assertThat(answer.headers().firstValue("Accept-Ranges")).hasValue("bytes");
  }

  @Test
  void head_saysTheLength_andSendsNothing() throws Exception {
    HttpResponse<byte[]> answer =
        coordinator.send(
            device.authorised(HttpRequest.newBuilder(coordinator.uri(path)).HEAD()).build());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Length")).hasValue(Integer.toString(BYTES));
    assertThat(answer.body()).isEmpty();
  }

  @Test
  void ranges_areTheBytesAskedFor() throws Exception {
    assertPart("bytes=0-99", 0, 100);
    assertPart("bytes=100-", 100, BYTES);
    assertPart("bytes=-1", BYTES - 1, BYTES);
    assertPart("bytes=299999-400000", BYTES - 1, BYTES);
    assertPart("bytes=-999999999", 0, BYTES);
  }

  @Test
  void rangeOutsideTheFile_is416_withItsLength() throws Exception {
    HttpResponse<byte[]> answer = device.get(path, "Range", "bytes=300000-");
    assertProblem(answer, RejectReason.RANGE_NOT_SATISFIABLE);
    assertThat(answer.headers().firstValue("Content-Range")).hasValue("bytes */" + BYTES);
  }

  @Test
  void rangesThatAreNone_areIgnored() throws Exception {
    for (String range :
        new String[] {"bytes=5-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,5-6"}) {
      assertThat(device.get(path, "Range", range).body()).as(range).isEqualTo(content);
    }
  }

  @Test
  void ifRange_keepsTheRangeOnlyForTheSameModel() throws Exception {
    assertThat(device.get(path, "Range", "bytes=0-9", "If-Range", tag).statusCode()).isEqualTo(206);
    assertThat(device.get(path, "Range", "bytes=0-9", "If-Range", "\"other\"").statusCode())
        .isEqualTo(200);
    assertThat(device.get(path, "Range", "bytes=0-9", "If-Range", "W/" + tag).statusCode())
        .isEqualTo(200);
  }

  @Test
  void ifNoneMatch_savesTheTransfer() throws Exception {
    for (String known : new String[] {tag, "*", "\"x\", " + tag, "W/" + tag}) {
      HttpResponse<byte[]> answer = device.get(path, "If-None-Match", known);
      assertThat(answer.statusCode()).as(known).isEqualTo(304);
      assertThat(answer.body()).isEmpty();
    }
    assertThat(device.get(path, "If-None-Match", "\"x\"").statusCode()).isEqualTo(200);
  }

  @Test
  void modelOfAnotherPopulation_is404_asIfItWereNotThere() throws Exception {
    byte[] other = {1, 2, 3};
    ModelDigest digest = ModelDigest.ofSha256(MessageDigest.getInstance("SHA-256").digest(other));
    coordinator.desks.models.put(
        digest, Files.write(coordinator.folder.resolve("other-model"), other));
    coordinator.desks.foreign.add(digest);
    assertProblem(device.get("/v1/models/" + digest), RejectReason.NOT_FOUND);
    assertThat(coordinator.asAdmin("GET", "/api/v1/models/" + digest + "/file", "").statusCode())
        .isEqualTo(200);
  }

  @Test
  void unknownModel_is404_andNoDigestIs400() throws Exception {
    assertProblem(device.get("/v1/models/" + "0".repeat(64)), RejectReason.NOT_FOUND);
    assertProblem(device.get("/v1/models/abc"), RejectReason.BAD_PARAMETER);
  }

  private void assertPart(String range, int from, int to) throws Exception {
    HttpResponse<byte[]> answer = device.get(path, "Range", range);
    assertThat(answer.statusCode()).as(range).isEqualTo(206);
    assertThat(answer.body()).as(range).isEqualTo(Arrays.copyOfRange(content, from, to));
    assertThat(answer.headers().firstValue("Content-Range"))
        .hasValue("bytes " + from + "-" + (to - 1) + "/" + BYTES);
  }
}
