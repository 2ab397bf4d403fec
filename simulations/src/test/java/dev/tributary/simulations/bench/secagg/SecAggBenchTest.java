package dev.tributary.simulations.bench.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class SecAggBenchTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new SecAggBench())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(strings = {"classic", "hybrid"})
  void json_isOneLine_withTheFieldsOfTheDesign(String suite) throws Exception {
    assertThat(
            run(
                "--devices=20",
                "--dimension=1000",
                "--dropout=0.1",
                "--suite=" + suite,
                "--sample=2",
                "--repetitions=1",
                "--in-process",
                "--json"))
        .as(err.toString())
        .isZero();

    assertThat(out.toString().lines()).hasSize(1);
    JsonNode result = new JsonMapper().readTree(out.toString());
    for (String field :
        List.of(
            "devices",
            "dimension",
            "degree",
            "threshold",
            "dropout",
            "unmaskSeconds",
            "boundSeconds",
            "unmaskToBound",
            "generatorGBps",
            "agreementsPerSecond",
            "deviceMaskCpuMillis",
            "deviceMaskColdCpuMillis",
            "deviceBytesUp",
            "deviceBytesDown",
            "peakHeapMiB")) {
      assertThat(result.path(field).asDouble()).as(field).isPositive();
    }
    assertThat(result.path("suite").asText()).isEqualTo(suite);
    assertThat(result.path("steps").properties()).isNotEmpty();
    assertThat(result.path("unmaskAgreements").asInt()).isEqualTo(2 * 18); // the complete graph
    assertThat(result.path("unmaskToBound").asDouble())
        .isEqualTo(
            result.path("unmaskSeconds").asDouble() / result.path("boundSeconds").asDouble());
  }

  @Test
  void anotherSuite_isWrongUsage() {
    assertThat(run("--suite=quick")).isEqualTo(2);
    assertThat(err.toString()).contains("classic or hybrid");
  }

  @Test
  void moreDropoutsThanAnyGraphSurvives_areWrongUsage() {
    assertThat(run("--dropout=0.9")).isEqualTo(2);
    assertThat(err.toString()).contains("--dropout 0 to 0.4");
  }
}
