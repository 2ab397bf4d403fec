package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(120)
class DeviceCommandTest {

  @TempDir Path folder;

  private record Result(int exitCode, String out, String err) {}

  private static Result run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int exitCode = Tributary.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
    return new Result(exitCode, out.toString(), err.toString());
  }

  private Result device(String coordinator, String data, String... more) {
    String[] always = {
      "device",
      "--coordinator",
      coordinator,
      "--population",
      "testers",
      "--token",
      "A".repeat(43),
      "--data",
      data,
      "--state",
      folder.resolve("state").toString()
    };
    return run(Stream.concat(Arrays.stream(always), Arrays.stream(more)).toArray(String[]::new));
  }

  private String csv(int device, String... labels) throws IOException {
    var lines = new StringBuilder("x,y,label\n");
    for (int i = 0; i < 60; i++) {
      double x = Math.sin(i * 12.9898 + device);
      lines
          .append(x)
          .append(',')
          .append(Math.sin(i * 78.233))
          .append(',')
          .append(labels[x > 0 ? 1 : 0])
          .append('\n');
    }
    return "csv=" + Files.writeString(folder.resolve("device-" + device + ".csv"), lines);
  }

  @Test
  void devices_takePartWithTheirOwnFiles_andSayWhatTheyDid() throws Exception {
    Coordinator coordinator =
        await(
            Coordinator.start(
                CoordinatorConfig.in(folder.resolve("coordinator"), "listen.port=0"),
                ModelEvaluator.none()));
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      var population = new PopulationName("testers");
      await(coordinator.operators().createPopulation(population));
      String token =
          await(coordinator.createEnrolmentToken(population, 2, Duration.ofHours(1)))
              .token()
              .text(InsecureSecretAccess.get());
      await(
          coordinator
              .operators()
              .createTask(
                  TaskConfig.parse(
                      """
                      name: sides
                      population: testers
                      kind: training
                      model:
                        format: tributary-model/1
                        input: [2]
                        layers: [{type: linear, units: 2}]
                        loss: softmax-cross-entropy
                        classes: 2
                      seed: 1
                      quantization: {bits: 16, clipNorm: 10, range: 2, maxExamples: 100}
                      training: {epochs: 1, batchSize: 10, learningRate: 0.1, momentum: 0}
                      protocol: plain
                      cohort: {target: 2, overSelection: 1.0, minimum: 2}
                      deadlines: {selectionSeconds: 60, reportingSeconds: 60}
                      until: {rounds: 2}
                      pace: {floorSeconds: 0.01, ceilingSeconds: 0.1, slotSeconds: 0.05}
                      """)));
      List<java.util.concurrent.Future<Result>> devices = new ArrayList<>();
      for (int number = 0; number < 2; number++) {
        String data = csv(number, "left", "right");
        String state = folder.resolve("device-" + number).toString();
        devices.add(
            threads.submit(
                () ->
                    run(
                        "device",
                        "--coordinator",
                        coordinator.uri().toString(),
                        "--population",
                        "testers",
                        "--token",
                        token,
                        "--data",
                        data,
                        "--classes",
                        "left,right",
                        "--state",
                        state,
                        "--rounds",
                        "2",
                        "--allow-plain",
                        "--json")));
      }
      for (var device : devices) {
        Result result = device.get(60, TimeUnit.SECONDS);
        assertThat(result.exitCode()).as(result.err()).isZero();
        JsonNode summary = new JsonMapper().readTree(result.out());
        assertThat(summary.path("rounds").intValue()).isEqualTo(2);
        assertThat(summary.path("lastRound").textValue()).isEqualTo("sides.2");
        assertThat(summary.path("device").textValue()).matches("[0-9a-f]{32}");
        assertThat(result.err()).contains("round sides.1: contributed");
      }
      Result refused =
          run(
              "device",
              "--coordinator",
              coordinator.uri().toString(),
              "--population",
              "testers",
              "--token",
              token,
              "--data",
              "strokes=1:0",
              "--state",
              folder.resolve("third").toString());
      assertThat(refused.exitCode()).as(refused.out()).isEqualTo(4);
    } finally {
      await(coordinator.close());
    }
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void coordinatorThatIsNotThere_isExitCode3() throws IOException {
    int freePort;
    try (var socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    Result result = device("http://127.0.0.1:" + freePort, "strokes=7:2", "--json");
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.err()).contains("check-in failed (unreachable)").contains(":" + freePort);
    assertThat(result.out()).contains("\"rounds\":0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "strokes | expected strokes=SEED:DEVICE, csv=FILE or mnist=DIR",
        "strokes= | expected strokes=SEED:DEVICE",
        "strokes=7 | expected SEED:DEVICE",
        "strokes=7:-1 | expected SEED:DEVICE",
        "parquet=x | expected strokes=SEED:DEVICE",
        "csv=/no/such/file.csv | /no/such/file.csv",
        "mnist=/no/such/folder | /no/such/folder"
      })
  void dataThatIsNotThere_isExitCode2_withWhatWasExpected(String data, String message) {
    Result result = device("http://127.0.0.1:1", data);
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains(message);
  }

  @Test
  void labelsThatAreNoClassNumbers_areRefused_notNumberedByChance() throws IOException {
    Result result = device("http://127.0.0.1:1", csv(0, "left", "right"));
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("--classes");
    assertThat(
            device("http://127.0.0.1:1", csv(0, "left", "right"), "--classes", "left,middle").err())
        .contains("'right' is not among --classes left,middle");
  }

  @Test
  void plaintextBeyondThisMachine_isExitCode2() {
    Result result = device("http://coordinator.example", "strokes=7:2");
    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("use https");
  }

  @Test
  void missingOption_isExitCode2_andHelpNeedsNone() {
    assertThat(run("device").exitCode()).isEqualTo(2);
    assertThat(run("device").err()).contains("--coordinator=URL");
    assertThat(run("device", "--help").exitCode()).isZero();
    assertThat(run("device", "list", "--help").exitCode()).isZero();
  }

  @Test
  void stateThatIsInUse_isExitCode1_andNamesIt() throws IOException {
    Path file = Files.writeString(folder.resolve("state"), "a file");
    Result result = device("http://127.0.0.1:1", "strokes=7:2");
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.err()).contains(file.toString());
  }
}
