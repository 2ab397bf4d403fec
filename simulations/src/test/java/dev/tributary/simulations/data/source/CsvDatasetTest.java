package dev.tributary.simulations.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvDatasetTest {

  private static final String TABLE =
      """
      site,x,y,kind
      north,1,2,10
      south,3,4.5,9

      north,5,-6e1,"9"\r
      "a ""far"" site",7,8,10
      """;

  @TempDir Path directory;

  @Test
  void wholeTable_isFeaturesLabelsAndDevices() throws IOException {
    Dataset dataset = load(TABLE, Optional.of(TABLE));
    assertThat(dataset.train().size()).isEqualTo(4);
    assertThat(dataset.inputShape()).hasToString("[2]");
    assertThat(dataset.classNames()).containsExactly("9", "10");
    assertThat(dataset.train().label(0)).isEqualTo(1);
    assertThat(dataset.train().label(2)).isZero();
    assertThat(dataset.train().feature(2, 1)).isEqualTo(-60);
    assertThat(dataset.naturalDevice().orElseThrow()).containsExactly(0, 1, 0, 2);
  }

  @Test
  void withoutTestFile_aFractionIsHeldOut() throws IOException {
    Dataset dataset = load(TABLE, Optional.empty());
    assertThat(dataset.train().size()).isEqualTo(3);
    assertThat(dataset.test().size()).isEqualTo(1);
  }

  @Test
  void standardize_appliesTheTrainingRowsShiftToTheTestRows() throws IOException {
    Path train = write("train.csv", "x,c,kind\n1,5,a\n3,5,b\n");
    Path test = write("test.csv", "x,c,kind\n2,5,a\n");
    Dataset dataset =
        new DataSource.Csv(train, Optional.of(test), "kind", Optional.empty(), 0.5, true)
            .load(1, 1);
    assertThat(dataset.train().feature(0, 0)).isEqualTo((float) -Math.sqrt(0.5));
    assertThat(dataset.test().feature(0, 0)).isZero();
    assertThat(dataset.test().feature(0, 1)).isZero();
  }

  @Test
  void damagedTables_areRefusedWithTheLine() {
    refused("", "expected a header line, found an empty file");
    refused("site,x,x,kind\n", "line 1: expected column names that are present and differ");
    refused("site,x,y\nnorth,1,2\n", "expected a column kind, found [site, x, y]");
    refused(
        "site,x,y,kind\nnorth,1,2,3\nnorth,1,2\n",
        "line 3: expected 4 cells, as in the header, found 3");
    refused(
        "site,x,y,kind\nnorth,1,two,3\nnorth,1,2,4\n",
        "line 2, column y: expected a number, found two");
    refused(
        "site,x,y,kind\nnorth,1,,3\nnorth,1,2,4\n",
        "line 2, column y: expected a value, found nothing");
    refused(
        "site,x,y,kind\nnorth,1,NaN,3\nnorth,1,2,4\n",
        "line 2, column y: expected a finite number");
    refused(
        "site,x,y,kind\nnorth,1,2,3\n\"north,1,2,4\n", "line 3: expected a closing double quote");
    refused(
        "site,x,y,kind\nno\"r\"th,1,2,3\n",
        "line 2: expected a double quote only around a whole cell");
    refused("site,x,y,kind\nnorth,1,2,3\nsouth,1,2,3\n", "expected at least 2 classes, found 1");
    refused(
        "site,kind\nnorth,1\nsouth,2\n", "expected at least one column besides label and device");
  }

  @Test
  void tooFewRows_areRefusedWithTheirNumber() throws IOException {
    assertRefused("x,kind\n", Optional.empty(), "at least 2 rows below the header");
    assertRefused("x,kind\n1,a\n", Optional.empty(), "found 1");
    assertRefused("x,kind\n", Optional.of("x,kind\n1,a\n"), "at least 1 row below the header");
    assertRefused("x,kind\n1,a\n", Optional.of("x,kind\n"), "to test on; found 0");
  }

  private void assertRefused(String table, Optional<String> test, String reason)
      throws IOException {
    Path train = write("rows.csv", table);
    Optional<Path> other =
        test.isPresent() ? Optional.of(write("more.csv", test.get())) : Optional.empty();
    var source = new DataSource.Csv(train, other, "kind", Optional.empty(), 0.2, true);
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> source.load(1, 1))
        .withMessageContaining(reason);
  }

  @Test
  void missingFile_isNamed() {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> source(directory.resolve("none.csv"), Optional.empty()).load(1, 1))
        .withMessageContaining("none.csv not found");
  }

  @Test
  void testRows_withOtherColumnsOrLabels_areRefused() {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> load(TABLE, Optional.of("site,y,x,kind\nnorth,1,2,10\n")))
        .withMessageContaining("expected the columns of");
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> load(TABLE, Optional.of("site,x,y,kind\nnorth,1,2,11\n")))
        .withMessageContaining(
            "line 2, column kind: expected a label of the training rows [9, 10], found 11");
  }

  private void refused(String table, String reason) {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> load(table, Optional.empty()))
        .withMessageContaining(reason);
  }

  private Dataset load(String table, Optional<String> test) throws IOException {
    Path file = write("table.csv", table);
    Optional<Path> testFile =
        test.isPresent() ? Optional.of(write("test.csv", test.get())) : Optional.empty();
    return source(file, testFile).load(1, 1);
  }

  private static DataSource source(Path file, Optional<Path> testFile) {
    return new DataSource.Csv(file, testFile, "kind", Optional.of("site"), 0.25, false);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }
}
