package dev.tributary.simulations.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionPageTest {

  private static final ModelSpec SPEC =
      ModelSpec.fromJson(
          """
          {"format":"tributary-model/1","input":[3],"layers":[{"type":"linear","units":2}],
           "loss":"softmax-cross-entropy","classes":2}""");
  private static final Pattern TAG = Pattern.compile("<(/?)([a-zA-Z0-9]+)([^<>]*?)(/?)>");
  private static final List<String> WITHOUT_END = List.of("meta", "link");

  /** An artifact of 200 rows, 100 of each class. */
  private static ArtifactFigures figure(
      String name, ArtifactKind kind, int bytes, int rightOfEach, double millis) {
    ConfusionMatrix confusion =
        ConfusionMatrix.of(
            2, new long[] {rightOfEach, 100 - rightOfEach, 100 - rightOfEach, rightOfEach});
    return new ArtifactFigures(
        name,
        ModelArtifact.of(kind, SPEC, new byte[bytes], List.of("prune-channels", kind.code())),
        "pytorch",
        Optional.of(new ArtifactFigures.Quality(new Evaluation(200, 20, confusion), 0.9725)),
        millis,
        millis / 50);
  }

  private static List<ArtifactFigures> figures() {
    return List.of(
        figure("baseline", ArtifactKind.FLOAT32, 1_234_567, 98, 53.14),
        figure("int8", ArtifactKind.INT8, 308_641, 97, 49.25),
        figure("distilled", ArtifactKind.DISTILLED, 54_321, 91, 9.87),
        figure("onnxInt8", ArtifactKind.ONNX_INT8, 310_007, 96, 28.66));
  }

  private static String page(String title, List<String> classes, List<ArtifactFigures> figures) {
    return CompressionPage.of(title, 12_345, classes, figures);
  }

  private static String page() {
    return page("Artifacts of a test", List.of("cat", "dog"), figures());
  }

  /** The row of the table of figures that begins with this name. */
  private static String row(String page, String name) {
    Matcher row = Pattern.compile("<tr><th>" + name + "</th>.*?</tr>").matcher(page);
    assertThat(row.find()).as("a row of %s", name).isTrue();
    return row.group();
  }

  @Test
  void everyArtifact_hasItsRow_withSizeAccuracyAndLatency() {
    String page = page();
    assertThat(row(page, "baseline")).contains("1,234,567", ">98.00<", ">53.14<", ">1.06<", "DJL");
    assertThat(row(page, "int8"))
        .contains("308,641", ">4.00<", ">97.00<", ">-1.00<", ">0.9700<", ">97.25<", ">49.25<");
    assertThat(row(page, "distilled"))
        .contains("54,321", ">22.73<", ">91.00<", ">-7.00<", ">9.87<", ">5.38<");
    assertThat(row(page, "onnxInt8")).contains("310,007", ">96.00<", ">28.66<", "ONNX Runtime");
    assertThat(page).contains("12,345 rows").doesNotContain("{{");
  }

  @Test
  void everyArtifact_isAPointInBothPlots() {
    String page = page();
    for (ArtifactFigures figure : figures()) {
      assertThat(Pattern.compile(">" + figure.name() + "</text>").matcher(page).results())
          .as(figure.name())
          .hasSize(2);
    }
    assertThat(Pattern.compile("<circle ").matcher(page).results()).hasSize(8);
  }

  @Test
  void everyClass_isAColumn_withRecallAndF1() {
    String page = page();
    assertThat(page).contains("<th>cat</th><th>dog</th>");
    assertThat(page).contains("<tr><th>distilled</th><td>91.00 / 91.00</td><td>91.00 / 91.00</td>");
  }

  @Test
  void names_areShown_notObeyed() {
    String page =
        page(
            "<b>T&C</b>",
            List.of("<script>alert(1)</script>", "salt & pepper"),
            List.of(figure("a<b", ArtifactKind.FLOAT32, 10_000, 90, 2)));
    assertThat(page)
        .contains(
            "&lt;b>T&amp;C",
            "<th>&lt;script>alert(1)",
            "<th>salt &amp; pepper</th>",
            "<tr><th>a&lt;b</th>",
            ">a&lt;b</text>")
        .doesNotContain("<script", "<b>", "a<b");
    assertWellFormed(page);
  }

  @Test
  void page_isWellFormed_andAsksNoNetwork() {
    assertWellFormed(page());
    assertThat(page()).doesNotContain("<script", "http:", "https:");
  }

  /** Every element ends within the one it began in, and every ampersand begins a reference. */
  private static void assertWellFormed(String page) {
    String body = page.substring(page.indexOf("<html"));
    Deque<String> open = new ArrayDeque<>();
    Matcher tag = TAG.matcher(body);
    int brackets = 0;
    while (tag.find()) {
      brackets++;
      String name = tag.group(2);
      if (!tag.group(1).isEmpty()) {
        assertThat(open.poll()).as("what </%s> at %d ends", name, tag.start()).isEqualTo(name);
      } else if (tag.group(4).isEmpty() && !WITHOUT_END.contains(name)) {
        open.push(name);
      }
    }
    assertThat(open).isEmpty();
    assertThat(body.chars().filter(character -> character == '<').count()).isEqualTo(brackets);
    assertThat(body).doesNotContainPattern("&(?!([a-z]+|#[0-9]+);)");
  }

  @Test
  void file_isThePage_andItsFolderIsMade_andNothingElseStays(@TempDir Path folder)
      throws Exception {
    Path file = folder.resolve("new").resolve("page.html");
    CompressionPage.write(file, "Artifacts of a test", 12_345, List.of("cat", "dog"), figures());
    assertThat(file).hasContent(page());
    try (Stream<Path> files = Files.list(folder.resolve("new"))) {
      assertThat(files).containsExactly(file);
    }
  }
}
