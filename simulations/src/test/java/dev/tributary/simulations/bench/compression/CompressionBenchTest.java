package dev.tributary.simulations.bench.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.Safetensors;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Tag("pytorch")
class CompressionBenchTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private static final List<String> FILES =
      List.of(
          "baseline",
          "fp16",
          "int8",
          "int4",
          "pruned",
          "prunedInt8",
          "sparse",
          "distilled",
          "distilledInt8");

  /** A file, the graph of the same network, and its graph in eight bits. */
  private static final String[][] GRAPHS = {
    {"baseline", "onnx", "onnxInt8"},
    {"pruned", "prunedOnnx", "prunedOnnxInt8"},
    {"distilled", "distilledOnnx", "distilledOnnxInt8"}
  };

  private int run(String... arguments) {
    return new CommandLine(new CompressionBench())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  /** Few rows, one turn: every figure is there, only not those of a run that takes minutes. */
  private JsonNode figures(String... further) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("--rows", "600", "--repetitions", "1", "--json", "--out", page().toString()));
    arguments.addAll(List.of(further));
    assertThat(run(arguments.toArray(String[]::new))).as(err.toString()).isZero();
    assertThat(out.toString().lines()).hasSize(1);
    return new JsonMapper().readTree(out.toString());
  }

  private Path page() {
    return folder.resolve("new").resolve("page.html");
  }

  private static void assertFilesAndGraphsAgree(JsonNode result, int classes) {
    for (String name : FILES) {
      assertThat(result.path(name).path("engine").asText()).as(name).isEqualTo("DJL");
    }
    for (String[] pair : GRAPHS) {
      JsonNode file = result.path(pair[0]);
      JsonNode graph = result.path(pair[1]);
      JsonNode int8 = result.path(pair[2]);
      double loss = file.path("loss").asDouble();
      assertThat(loss).as(pair[0]).isPositive();
      assertThat(graph.path("engine").asText()).as(pair[1]).isEqualTo("ONNX Runtime");
      assertThat(int8.path("engine").asText()).as(pair[2]).isEqualTo("ONNX Runtime");
      assertThat(graph.path("loss").asDouble()).as(pair[1]).isCloseTo(loss, within(1e-4));
      assertThat(int8.path("loss").asDouble()).as(pair[2]).isCloseTo(loss, within(0.1 * loss));
      assertThat(graph.path("parameters")).as(pair[1]).isEqualTo(file.path("parameters"));
      assertThat(graph.path("recall")).as(pair[1]).hasSize(classes);
      assertThat(int8.path("f1")).as(pair[2]).hasSize(classes);
    }
    assertThat(result.path("onnx").path("agreement").asDouble()).isGreaterThan(0.995);
    for (String name : List.of("fp16", "int8", "int4")) {
      double loss = result.path("baseline").path("loss").asDouble();
      assertThat(result.path(name).path("loss").asDouble())
          .as(name)
          .isCloseTo(loss, within(0.1 * loss));
    }
    assertThat(result.path("classes")).hasSize(classes);
  }

  @Test
  void perceptron_readsTheDrawnDigits_asRows() throws Exception {
    JsonNode result = figures("--model", "mnist-2nn");

    assertFilesAndGraphsAgree(result, 10);
    assertThat(result.path("model").asText()).isEqualTo("mnist-2nn");
    assertThat(result.path("data").asText()).isEqualTo("strokes");
    assertThat(result.path("baseline").path("parameters").asInt()).isEqualTo(199_210);
    assertThat(result.path("baseline").path("accuracy").asDouble()).isGreaterThan(0.5);
    assertThat(result.path("pruned").path("sizeRatio").asDouble()).isGreaterThan(3.5);
    assertThat(result.path("distilled").path("sizeRatio").asDouble()).isGreaterThan(5);
    assertThat(Files.readString(page())).contains("mnist-2nn trained on strokes");
  }

  @Test
  void recurrentNetwork_readsPlays() throws Exception {
    Path plays = folder.resolve("plays");
    Files.createDirectories(plays);
    Files.writeString(plays.resolve("input.txt"), play());

    JsonNode result = figures("--model", "char-lstm", "--data", plays.toString());

    int classes = (int) play().chars().distinct().count();
    assertFilesAndGraphsAgree(result, classes);
    assertThat(result.path("baseline").path("loss").asDouble()).isLessThan(Math.log(classes));
    assertThat(result.path("pruned").path("sizeRatio").asDouble()).isGreaterThan(3.5);
    assertThat(result.path("pruned").path("codecs").path(0).asText()).isEqualTo("prune-channels");
    assertThat(result.path("distilled").path("sizeRatio").asDouble()).isGreaterThan(15);
    assertThat(Files.readString(page())).contains("char-lstm trained on shakespeare", "<th>&amp;");
  }

  /** Two parts that say the same few words in an order of their own. */
  private static String play() {
    String[] words = {"to", "be", "or", "not", "that", "is", "the", "question", "&"};
    Random random = new Random(1);
    StringBuilder text = new StringBuilder();
    for (int speech = 0; speech < 40; speech++) {
      text.append(speech % 2 == 0 ? "HAMLET:\n" : "GHOST:\n");
      for (int word = 0; word < 30; word++) {
        text.append(words[random.nextInt(words.length)]).append(' ');
      }
      text.append("\n\n");
    }
    return text.toString();
  }

  /** The network is that of the scenarios, so that sizes are those of the real run. */
  @Test
  void json_isOneLine_withTheFiguresOfEachArtifact_andThePageIsThere() throws Exception {
    JsonNode result = figures("--keep", folder.resolve("kept").toString());
    assertFilesAndGraphsAgree(result, 10);
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
    assertThat(result.path("report").asText()).isEqualTo(page().toString());
    assertThat(Files.readString(page()))
        .contains("<svg", "prunedInt8", "</html>")
        .doesNotContain("{{", "<script", "http:", "https:");
  }

  @Test
  void tooFewRows_areWrongUsage() {
    assertThat(run("--rows", "599")).isEqualTo(2);
    assertThat(err.toString()).contains("at least 600");
  }

  @Test
  void recurrentNetworkWithoutPlays_isWrongUsage_andNamesWhatItNeeds() {
    assertThat(run("--model", "char-lstm")).isEqualTo(2);
    assertThat(err.toString())
        .contains(
            "--data: char-lstm needs the folder of input.txt of Shakespeare's plays, got none");
  }

  @Test
  void unknownNetwork_isWrongUsage_andNamesThoseThereAre() {
    assertThat(run("--model", "lstm")).isEqualTo(2);
    assertThat(err.toString())
        .contains("--model: expected one of mnist-cnn, mnist-2nn, char-lstm, got 'lstm'");
  }
}
