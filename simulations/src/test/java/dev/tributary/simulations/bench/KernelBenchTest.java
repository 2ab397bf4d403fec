package dev.tributary.simulations.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KernelBenchTest {

  private static final String[] SHORT = {
    "--lanes", "4096", "--iterations", "1", "--millis", "1", "--in-process"
  };

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new KernelBench())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void json_isOneLine_withTheThreeFiguresOfEachKernel() throws Exception {
    String[] arguments = Arrays.copyOf(SHORT, SHORT.length + 1);
    arguments[SHORT.length] = "--json";

    assertThat(run(arguments)).isZero();

    assertThat(out.toString().lines()).hasSize(1);
    JsonNode result = new JsonMapper().readTree(out.toString());
    for (String kernel :
        List.of("add", "addScalar", "pack", "quantizeAndPack", "dequantize", "mask128")) {
      JsonNode figure = result.path(kernel);
      assertThat(figure.path("GBps").asDouble()).as(kernel).isPositive();
      assertThat(figure.path("memoryGBps").asDouble()).as(kernel).isPositive();
      assertThat(figure.path("ofMemory").asDouble())
          .as(kernel)
          .isEqualTo(figure.path("GBps").asDouble() / figure.path("memoryGBps").asDouble());
    }
    for (String kernel : List.of("mask128", "mask128Wide", "mask256")) {
      assertThat(result.path("ofGenerator").path(kernel).asDouble()).as(kernel).isPositive();
    }
    assertThat(result.path("maskAndPackMillis").asDouble()).isPositive();
    assertThat(result.path("updateMillis").asDouble()).isPositive();
  }

  @Test
  void lanesThatAreNoWholeBlocks_areWrongUsage() {
    assertThat(run("--lanes", "4097")).isEqualTo(2);
    assertThat(err.toString()).contains("multiple of 8");
  }
}
