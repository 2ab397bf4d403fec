package dev.tributary.simulations.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportWriterTest {

  @TempDir Path directory;

  @Test
  void threeFiles_areWrittenAndNothingElse() throws IOException {
    Path folder = directory.resolve("new/out");
    Path report = ReportWriter.into(folder).write(Runs.named("a run"));
    assertThat(report).isEqualTo(folder.resolve("report.html"));
    assertThat(names(folder)).containsExactly("report.html", "rounds.csv", "summary.json");
  }

  @Test
  void roundsCsv_hasOneLineARoundAndEmptyCellsForWhatWasNotMeasured() throws IOException {
    ReportWriter.into(directory).write(Runs.named("a run"));
    assertThat(Files.readString(directory.resolve("rounds.csv")))
        .isEqualTo(
            """
            round,devices,dropouts,loss,accuracy,macroF1,bytesUp,bytesDown,seconds,"f1 cat, black",f1 dog\r
            1,3,1,1.25,0.5,0.45,1100,2200,0.500,0.4,0.5\r
            2,4,0,,,,1100,2200,0.500,,\r
            3,4,0,0.5,0.75,0.7,1100,2200,0.500,0.6,0.8\r
            """);
  }

  @Test
  void summaryJson_hasTheFieldsOfTheCommandLine() throws IOException {
    ReportWriter.into(directory).write(Runs.named("a run"));
    JsonNode json =
        JsonMapper.builder().build().readTree(directory.resolve("summary.json").toFile());
    for (String number :
        List.of(
            "accuracy",
            "loss",
            "macroF1",
            "rounds",
            "devices",
            "seconds",
            "bytesUp",
            "bytesDown")) {
      assertThat(json.path(number).isNumber()).as(number).isTrue();
    }
    assertThat(json.path("modelDigest").asText()).hasSize(64);
    assertThat(json.path("f1ByClass").path(1).path("f1").asDouble()).isEqualTo(0.8);
    assertThat(json.path("settings").path("partition").asText()).isEqualTo("natural");
  }

  @Test
  void divergedRun_isNullInJsonNeverNaN() {
    RunSummary diverged =
        new RunSummary(
            "x",
            Runs.named("x").summary().settings(),
            1,
            1,
            0.1,
            Double.POSITIVE_INFINITY,
            Double.NaN,
            1,
            1,
            1,
            "d");
    assertThat(SummaryJson.of(diverged).path("loss").isNull()).isTrue();
    assertThat(SummaryJson.of(diverged).path("macroF1").isNull()).isTrue();
  }

  @Test
  void reportHtml_asksNoNetworkForAnything() throws IOException {
    String page = page("a run");
    assertThat(page.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http:", "https:", "//cdn", "@import");
    assertThat(page).doesNotContain("src=", "<link rel=\"stylesheet\"").doesNotContain("{{");
    assertThat(page).contains("default-src 'none'");
  }

  @Test
  void reportHtml_holdsTheFiguresAsData() throws IOException {
    String page = page("a run");
    int from = page.indexOf("id=\"run\">") + "id=\"run\">".length();
    JsonNode data =
        JsonMapper.builder()
            .build()
            .readTree(page.substring(from, page.indexOf("</script>", from)));
    assertThat(data.path("rounds")).hasSize(3);
    assertThat(data.path("rounds").path(1).path("accuracy").isNull()).isTrue();
    assertThat(data.path("participation").path(0).asText()).isEqualTo("1121");
    assertThat(data.path("labelCounts").path(2).path(1).asInt()).isEqualTo(10);
  }

  @Test
  void names_cannotBecomeMarkup() throws IOException {
    String page = page("</script><img onerror=alert(1)> & \"more\"");
    assertThat(page).doesNotContain("<img");
    assertThat(page).contains("&lt;/script&gt;&lt;img");
    assertThat(page.split("</script>", -1)).hasSize(3);
  }

  @Test
  void anEarlierReport_isReplaced() throws IOException {
    ReportWriter.into(directory).write(Runs.named("run-one"));
    ReportWriter.into(directory).write(Runs.named("run-two"));
    assertThat(Files.readString(directory.resolve("report.html")))
        .contains("run-two")
        .doesNotContain("run-one");
  }

  @Test
  void aFileWhereTheFolderShouldBe_isRefusedBeforeTheRun() throws IOException {
    Path file = Files.writeString(directory.resolve("out"), "precious");
    assertThatExceptionOfType(UnwritableReportException.class)
        .isThrownBy(() -> ReportWriter.into(file))
        .withMessageContaining("cannot write " + file)
        .withMessageContaining("is a file, not a folder");
    assertThatExceptionOfType(UnwritableReportException.class)
        .isThrownBy(() -> ReportWriter.into(file.resolve("below")))
        .withMessageContaining("out");
    assertThat(file).hasContent("precious");
  }

  @Test
  void aFailureWhileWriting_leavesTheEarlierReportWhole() throws IOException {
    ReportWriter writer = ReportWriter.into(directory);
    writer.write(Runs.named("run-one"));
    String csv = Files.readString(directory.resolve("rounds.csv"));
    Files.createDirectories(directory.resolve(".report.html.part/in-the-way"));
    RunRecord second = Runs.named("run-two");
    assertThatExceptionOfType(UnwritableReportException.class)
        .isThrownBy(() -> writer.write(second))
        .withMessageContaining("report.html");
    assertThat(Files.readString(directory.resolve("report.html"))).contains("run-one");
    assertThat(Files.readString(directory.resolve("rounds.csv"))).isEqualTo(csv);
    assertThat(names(directory))
        .containsExactly(".report.html.part", "report.html", "rounds.csv", "summary.json");
  }

  private String page(String name) throws IOException {
    return Files.readString(ReportWriter.into(directory).write(Runs.named(name)));
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
