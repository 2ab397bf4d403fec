package dev.tributary.simulations.scenario;

import dev.tributary.simulations.data.source.DataSource;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import dev.tributary.simulations.scenario.Section.Range;
import java.util.List;

/** The reading of a scenario's {@code data} section. */
final class DataSourceReader {

  private static final int MAXIMUM_EXAMPLES = 10_000_000;

  private DataSourceReader() {}

  static DataSource read(Section section) {
    String name =
        section
            .choice(
                "name",
                List.of("strokes", "mnist", "idx", "heart", "shakespeare", "csv"),
                word -> word)
            .orElseThrow(
                () ->
                    section.missing("name", "one of strokes, mnist, idx, heart, shakespeare, csv"));
    DataSource source =
        switch (name) {
          case "mnist" -> new DataSource.Mnist(section.requiredPath("dir"));
          case "idx" -> new DataSource.Idx(section.requiredPath("dir"));
          case "heart" ->
              new DataSource.Heart(
                  section.requiredPath("dir"),
                  section
                      .choice("normalization", List.of("pooled", "hospital"), word -> word)
                      .orElse("pooled")
                      .equals("hospital"));
          case "shakespeare" -> shakespeare(section);
          case "csv" -> csv(section);
          default -> strokes(section);
        };
    section.refuseOthers();
    return source;
  }

  private static DataSource strokes(Section section) {
    return new DataSource.Strokes(
        new StrokesParameters(
            section.integer("examplesPerDevice", 1, MAXIMUM_EXAMPLES, 100),
            section.integer("testExamples", 1, MAXIMUM_EXAMPLES, 1000),
            section.integer("imageSize", 12, 64, 28)));
  }

  private static DataSource shakespeare(Section section) {
    return new DataSource.Shakespeare(
        section.requiredPath("dir"),
        section.integer("sequenceLength", 1, 1000, 80),
        section.integer("stride", 1, 1000, 20),
        section.integer("minimumExamples", 1, MAXIMUM_EXAMPLES, 10));
  }

  private static DataSource csv(Section section) {
    return new DataSource.Csv(
        section.requiredPath("file"),
        section.path("testFile"),
        section.requiredText("labelColumn"),
        section.text("deviceColumn"),
        section.number("testFraction", Range.INNER_FRACTION, 0.2),
        section.flag("standardize", true));
  }
}
