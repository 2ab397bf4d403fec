package dev.tributary.simulations.cli.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class VersionDiffTest {

  private static final JsonNode OLDER =
      json(
          """
          {"artifacts":[{"kind":"float32","digest":"a1","bytes":1000},
                        {"kind":"fp16","digest":"a2","bytes":500},
                        {"kind":"int8","digest":"a3","bytes":300}],
           "deltas":[],
           "metrics":[{"data":"devices","examples":100,"accuracyPpm":800000,"lossMillionths":1500000,
                       "recallPpm":[900000,700000,0],"f1Ppm":[600000,600000,0]}]}
          """);
  private static final JsonNode NEWER =
      json(
          """
          {"artifacts":[{"kind":"float32","digest":"b1","bytes":1000},
                        {"kind":"int8","digest":"b3","bytes":250},
                        {"kind":"int4","digest":"b4","bytes":150}],
           "deltas":[{"kind":"int8","from":"a0","to":"b3","digest":"d0","bytes":77},
                     {"kind":"int8","from":"a3","to":"b3","digest":"d1","bytes":20}],
           "metrics":[{"data":"coordinator","examples":10,"accuracyPpm":500000,"lossMillionths":1,
                       "recallPpm":[500000,500000,500000],"f1Ppm":[1,1,1]},
                      {"data":"devices","examples":120,"accuracyPpm":850000,"lossMillionths":1250000,
                       "recallPpm":[800000,800000,200000],"f1Ppm":[600000,700000,200000]}]}
          """);

  private static JsonNode json(String text) {
    try {
      return new JsonMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** As a document is written: a number is the same one whether it was an int or a long. */
  private static String same(String text) {
    return json(text).toString();
  }

  private static JsonNode entry(JsonNode list, String member, String value) {
    for (JsonNode entry : list) {
      if (entry.path(member).asText().equals(value)) {
        return entry;
      }
    }
    throw new AssertionError("no entry with " + member + " " + value + " in " + list);
  }

  private static JsonNode artifact(String kind) {
    return entry(VersionDiff.of(OLDER, NEWER).path("artifacts"), "kind", kind);
  }

  private static JsonNode metrics(String data) {
    return entry(VersionDiff.of(OLDER, NEWER).path("metrics"), "data", data);
  }

  @Test
  void sizes_areComparedKindByKind_withTheDeltaBetweenTheTwo() {
    assertThat(artifact("float32"))
        .hasToString(
            same("{\"kind\":\"float32\",\"bytes\":{\"older\":1000,\"newer\":1000,\"change\":0}}"));
    assertThat(artifact("int8"))
        .hasToString(
            same(
                "{\"kind\":\"int8\",\"bytes\":{\"older\":300,\"newer\":250,\"change\":-50},"
                    + "\"deltaBytes\":20}"));
  }

  private static JsonNode withFileMetrics(JsonNode manifest, String kind, String metrics) {
    JsonNode copy = manifest.deepCopy();
    ((ObjectNode) entry(copy.path("artifacts"), "kind", kind)).set("metrics", json(metrics));
    return copy;
  }

  @Test
  void filesOfAKind_areComparedOnDataThatBothWereMeasuredOn_andOnNoOther() {
    JsonNode older =
        withFileMetrics(
            OLDER,
            "int8",
            """
            [{"data":"mnist","examples":10,"accuracyPpm":700000,"lossMillionths":2000000,
              "recallPpm":[700000,700000,700000],"f1Ppm":[1,1,1]},
             {"data":"coordinator","examples":9,"accuracyPpm":1,"lossMillionths":1,
              "recallPpm":[1,1,1],"f1Ppm":[1,1,1]}]
            """);
    JsonNode newer =
        withFileMetrics(
            withFileMetrics(
                NEWER,
                "int8",
                """
                [{"data":"mnist","examples":10,"accuracyPpm":900000,"lossMillionths":1500000,
                  "recallPpm":[900000,900000,900000],"f1Ppm":[1,1,1]}]
                """),
            "float32",
            """
            [{"data":"mnist","examples":10,"accuracyPpm":1,"lossMillionths":1,
              "recallPpm":[1,1,1],"f1Ppm":[1,1,1]}]
            """);
    JsonNode diff = VersionDiff.of(older, newer);

    JsonNode int8 = entry(diff.path("artifacts"), "kind", "int8").path("metrics");
    assertThat(int8).hasSize(1);
    assertThat(int8.get(0).path("data").asText()).isEqualTo("mnist");
    assertThat(int8.get(0).path("accuracy"))
        .hasToString(same("{\"older\":0.7,\"newer\":0.9,\"change\":0.2}"));
    assertThat(int8.get(0).path("classes")).hasSize(3);
    assertThat(entry(diff.path("artifacts"), "kind", "float32").has("metrics")).isFalse();

    StringWriter out = new StringWriter();
    VersionDiff.print(diff, new PrintWriter(out, true));
    assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .contains("int8 on mnist|before|now|change", "accuracy|70.00 %|90.00 %|+20.00")
        .doesNotContain("float32 on mnist|before|now|change");
  }

  @Test
  void kindThatOneVersionLacks_isListed_withoutAChange() {
    assertThat(artifact("fp16")).hasToString(same("{\"kind\":\"fp16\",\"bytes\":{\"older\":500}}"));
    assertThat(artifact("int4")).hasToString(same("{\"kind\":\"int4\",\"bytes\":{\"newer\":150}}"));
  }

  @Test
  void figures_areThoseOfTheSameData() {
    JsonNode devices = metrics("devices");
    assertThat(devices.path("examples")).hasToString(same("{\"older\":100,\"newer\":120}"));
    assertThat(devices.path("accuracy"))
        .hasToString(same("{\"older\":0.8,\"newer\":0.85,\"change\":0.05}"));
    assertThat(devices.path("loss"))
        .hasToString(same("{\"older\":1.5,\"newer\":1.25,\"change\":-0.25}"));
    assertThat(metrics("coordinator").path("accuracy")).hasToString(same("{\"newer\":0.5}"));
  }

  @Test
  void macroFigures_areMeansOverAllClasses_alsoThoseWithZero() {
    JsonNode recall = metrics("devices").path("macroRecall");
    assertThat(recall.path("older").asDouble()).isCloseTo((0.9 + 0.7 + 0) / 3, offset());
    assertThat(recall.path("newer").asDouble()).isCloseTo((0.8 + 0.8 + 0.2) / 3, offset());
    JsonNode f1 = metrics("devices").path("macroF1");
    assertThat(f1.path("change").asDouble()).isCloseTo(0.1, offset());
  }

  private static Offset<Double> offset() {
    return Offset.offset(1e-6);
  }

  @Test
  void everyClass_hasItsChange() {
    JsonNode classes = metrics("devices").path("classes");
    assertThat(classes).hasSize(3);
    assertThat(classes.get(0).path("recall"))
        .hasToString(same("{\"older\":0.9,\"newer\":0.8,\"change\":-0.1}"));
    assertThat(classes.get(2).path("f1"))
        .hasToString(same("{\"older\":0.0,\"newer\":0.2,\"change\":0.2}"));
  }

  @Test
  void text_hasOneLineForEachKindFigureAndClass() {
    StringWriter out = new StringWriter();
    VersionDiff.print(VersionDiff.of(OLDER, NEWER), new PrintWriter(out, true));
    assertThat(out.toString().lines().map(line -> line.replaceAll(" {2,}", "|")))
        .contains(
            "kind|bytes before|bytes now|change|delta",
            "int8|300|250|-50|20",
            "fp16|500|-|-|-",
            "int4|-|150|-|-",
            "on devices|before|now|change",
            "examples|100|120|-",
            "accuracy|80.00 %|85.00 %|+5.00",
            "loss|1.5000|1.2500|-0.2500",
            "macroRecall|53.33 %|60.00 %|+6.67",
            "0|90.00 %|80.00 %|-10.00|60.00 %|60.00 %|+0.00");
  }
}
