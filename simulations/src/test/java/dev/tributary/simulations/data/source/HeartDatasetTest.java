package dev.tributary.simulations.data.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.data.UnusableDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeartDatasetTest {

  private static final Map<String, Integer> COMPLETE_ROWS =
      Map.of("cleveland", 303, "hungarian", 261, "switzerland", 46, "va", 130);

  @TempDir Path directory;

  /** Files of as many complete rows as the published ones, with incomplete rows between them. */
  @BeforeEach
  void writeFiles() throws IOException {
    for (Map.Entry<String, Integer> hospital : COMPLETE_ROWS.entrySet()) {
      List<String> lines = new ArrayList<>();
      for (int row = 0; row < hospital.getValue(); row++) {
        lines.add(
            (40 + row % 30)
                + ","
                + row % 2
                + ","
                + (1 + row % 4)
                + ",120,2"
                + row % 10
                + "0,0,"
                + row % 3
                + ",15"
                + row % 10
                + ",0,1."
                + row % 10
                + ",?,,?,"
                + row % 5);
        if (row % 20 == 0) {
          lines.add("50,1,4,?,200,0,1,150,0,1,?,?,?,1");
          lines.add("50,1,4,120,200,,1,150,0,1,2,0,3,1");
        }
      }
      Files.write(directory.resolve("processed." + hospital.getKey() + ".data"), lines);
    }
  }

  @Test
  void rowsWithMissingValues_areLeftOutAndAThirdOfEachHospitalIsHeldOut() {
    Dataset dataset = load();
    assertThat(dataset.train().size() + dataset.test().size()).isEqualTo(740);
    int[][] rows = new Partition.Natural().rowsByDevice(dataset, 4, 1);
    assertThat(Arrays.stream(rows).mapToInt(own -> own.length)).containsExactly(199, 172, 30, 85);
    assertThat(dataset.test().size()).isEqualTo(104 + 89 + 16 + 45);
  }

  @Test
  void categories_becomeOneColumnEachWithoutTheFirst() {
    Dataset dataset = load();
    assertThat(dataset.inputShape()).hasToString("[13]");
    // Row 0 of Cleveland is not held out and has chest pain 1 and ECG 0: the first categories, so
    // no column is set.
    float none = dataset.train().feature(0, 8);
    float second = dataset.train().feature(1, 8);
    assertThat(none).isNegative();
    assertThat(second).isPositive();
    assertThat(dataset.train().label(0)).isZero();
    assertThat(dataset.train().label(1)).isEqualTo(1);
    assertThat(dataset.train().label(4)).isEqualTo(1);
  }

  @Test
  void pooledNormalization_givesTheTrainingRowsMeanZeroAndDeviationOne() {
    Dataset dataset = load();
    double sum = 0;
    double squares = 0;
    for (int row = 0; row < dataset.train().size(); row++) {
      sum += dataset.train().feature(row, 0);
      squares += dataset.train().feature(row, 0) * dataset.train().feature(row, 0);
    }
    assertThat(sum / 486).isCloseTo(0, within(1e-5));
    assertThat(squares / 485).isCloseTo(1, within(1e-4));
  }

  @Test
  void hospitalNormalization_doesSoForEachHospital() {
    Dataset dataset = new DataSource.Heart(directory, true).load(4, 1);
    int[] switzerland = new Partition.Natural().rowsByDevice(dataset, 4, 1)[2];
    double sum = 0;
    for (int row : switzerland) {
      sum += dataset.train().feature(row, 0);
    }
    assertThat(sum / switzerland.length).isCloseTo(0, within(1e-5));
  }

  @Test
  void headerLine_isSkipped() throws IOException {
    Path file = directory.resolve("processed.va.data");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.add(0, "age,sex,cp,trestbps,chol,fbs,restecg,thalach,exang,oldpeak,slope,ca,thal,target");
    Files.write(file, lines);
    assertThat(load().test().size()).isEqualTo(254);
  }

  @Test
  void damagedFiles_areRefusedWithTheLine() throws IOException {
    Path file = directory.resolve("processed.va.data");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(4, "50,1,4,120,200,0,1,150,0,1");
    Files.write(file, lines);
    refused("line 5: expected 14 cells, found 10");
    lines.set(4, "50,1,4,high,200,0,1,150,0,1,2,0,3,1");
    Files.write(file, lines);
    refused("line 5, column 4: expected a number or ?, found high");
    Files.write(file, lines.subList(0, 3));
    refused("expected 130 rows without missing values, as in the published file, found 1");
    Files.delete(file);
    refused("processed.va.data not found; download https://archive.ics.uci.edu/");
  }

  private Dataset load() {
    return new DataSource.Heart(directory, false).load(4, 1);
  }

  private void refused(String reason) {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(this::load)
        .withMessageContaining(reason);
  }
}
