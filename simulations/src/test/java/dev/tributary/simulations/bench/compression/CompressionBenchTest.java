package dev.tributary.simulations.bench.compression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.Safetensors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("pytorch")
class CompressionBenchTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String... arguments) {
    return new CommandLine(new CompressionBench())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** The network is that of the scenarios, so that sizes are those of the real run. */
  @Test
  void json_isOneLine_withTheFiguresOfEachArtifact_andThePageIsThere() throws Exception {
    Path page = folder.resolve("new").resolve("page.html");

    String[] arguments = {
      "--rows",
      "600",
      "--repetitions",
      "1",
      "--json",
      "--out",
      page.toString(),
      "--keep",
      folder.resolve("kept").toString()
    };
    assertThat(run(arguments)).as(err.toString()).isZero();

    assertThat(out.toString().lines()).hasSize(1);
    JsonNode result = new JsonMapper().readTree(out.toString());
    JsonNode baseline = result.path("baseline");
    assertThat(baseline.path("bytes").asLong()).isEqualTo(6_654_072);
    Path kept = folder.resolve("kept").resolve(baseline.path("digest").asText());
    assertThat(ModelDigest.of(Safetensors.read(kept)).hex())
        .isEqualTo(baseline.path("digest").asText());
    for (String name : List.of("fp16", "int8", "int4", "pruned", "distilled", "onnx", "onnxInt8")) {
      JsonNode figure = result.path(name);
      assertThat(figure.path("sizeRatio").asDouble())
          .as(name)
          .isEqualTo(baseline.path("bytes").asDouble() / figure.path("bytes").asDouble());
      assertThat(figure.path("accuracyLoss").asDouble())
          .as(name)
          .isEqualTo(baseline.path("accuracy").asDouble() - figure.path("accuracy").asDouble());
      assertThat(figure.path("latencyMillis").asDouble()).as(name).isPositive();
      assertThat(figure.path("speedup").asDouble()).as(name).isPositive();
      assertThat(figure.path("macroF1").isNumber()).as(name).isTrue();
      assertThat(figure.path("recall")).as(name).hasSize(10);
      assertThat(figure.path("f1")).as(name).hasSize(10);
    }
    assertThat(result.path("int8").path("sizeRatio").asDouble()).isGreaterThan(3.9);
    assertThat(result.path("int4").path("sizeRatio").asDouble()).isGreaterThan(7);
    assertThat(result.path("pruned").path("sizeRatio").asDouble()).isGreaterThan(2);
    assertThat(result.path("distilled").path("sizeRatio").asDouble()).isGreaterThan(10);
    assertThat(result.path("onnx").path("agreement").asDouble()).isEqualTo(1);
    assertThat(result.path("report").asText()).isEqualTo(page.toString());
    assertThat(Files.readString(page))
        .contains("<svg", "prunedInt8", "</html>")
        .doesNotContain("{{", "<script", "http:", "https:");
  }

  @Test
  void tooFewRows_areWrongUsage() {
    assertThat(run("--rows", "599")).isEqualTo(2);
    assertThat(err.toString()).contains("at least 600");
  }
}
