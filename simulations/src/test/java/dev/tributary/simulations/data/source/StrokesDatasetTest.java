package dev.tributary.simulations.data.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.aggregation.runtime.TrainingParameters;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.Partition;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StrokesDatasetTest {

  @Test
  void oneSeed_drawsTheSameImagesOnEveryMachine() throws NoSuchAlgorithmException {
    assertThat(sha256(draw(3, 5, 10, 28, 1).train()))
        .isEqualTo("2681d704856785378ba0ea621b077d924a90b32e238f7be334937560f0d857d7");
  }

  @Test
  void anotherSeed_drawsOtherImages() throws NoSuchAlgorithmException {
    assertThat(sha256(draw(3, 5, 10, 28, 1).train()))
        .isNotEqualTo(sha256(draw(3, 5, 10, 28, 2).train()));
  }

  @Test
  void moreDevices_leaveTheHandsOfTheFirstAsTheyWere() throws NoSuchAlgorithmException {
    Examples few = draw(2, 10, 10, 20, 9).train();
    Examples more = draw(6, 10, 10, 20, 9).train();
    assertThat(sha256(more.range(0, 20))).isEqualTo(sha256(few));
  }

  @Test
  void everyDevice_writesEveryDigitAboutEquallyOften() {
    Dataset dataset = draw(4, 25, 10, 20, 3);
    int[][] rows = new Partition.Natural().rowsByDevice(dataset, 4, 1);
    for (int[] own : rows) {
      int[] counts = new int[10];
      for (int row : own) {
        counts[dataset.train().label(row)]++;
      }
      assertThat(own).hasSize(25);
      assertThat(counts).containsOnly(2, 3);
    }
  }

  @Test
  void everyImage_hasInkAndPaperAndNothingBeyond() {
    Examples images = draw(5, 40, 10, 28, 4).train();
    for (int row = 0; row < images.size(); row++) {
      float[] pixels = new float[28 * 28];
      images.copyFeatures(row, pixels, 0);
      int dark = 0;
      for (float pixel : pixels) {
        assertThat(pixel).isBetween(0f, 1f);
        dark += pixel > 0.5f ? 1 : 0;
      }
      assertThat(dark).isBetween(20, 350);
    }
  }

  @Test
  void aSmallNetworkOfTwentyDevices_isFarFromDoneAfterOneRoundAndReads95PercentAfterTen() {
    Dataset dataset = draw(20, 100, 1000, 28, 1);
    ModelSpec spec =
        ModelSpec.fromJson(
            "{\"format\":\"tributary-model/1\",\"input\":[784],\"layers\":["
                + "{\"type\":\"linear\",\"units\":128},{\"type\":\"relu\"},{\"type\":\"linear\",\"units\":10}],"
                + "\"loss\":\"softmax-cross-entropy\",\"classes\":10}");
    int[][] rows = new Partition.Natural().rowsByDevice(dataset, 20, 1);
    float[] global = InitialWeights.of(spec, 1);
    double first = 0;
    try (LocalModel model = ModelRuntimes.forSpec(spec, "java").open(spec)) {
      for (int round = 1; round <= 10; round++) {
        global = averaged(model, dataset, rows, global, round);
        first = round == 1 ? model.evaluate(global, dataset.test()).accuracy() : first;
      }
      assertThat(first).isLessThan(0.93);
      assertThat(model.evaluate(global, dataset.test()).accuracy()).isGreaterThan(0.95);
    }
  }

  private static float[] averaged(
      LocalModel model, Dataset dataset, int[][] rows, float[] global, int round) {
    float[] mean = new float[global.length];
    for (int device = 0; device < rows.length; device++) {
      float[] local = global.clone();
      model.train(
          local,
          dataset.train().subset(rows[device]),
          new TrainingParameters(1, 10, 0.1f, 0),
          round);
      for (int i = 0; i < mean.length; i++) {
        mean[i] += local[i] / rows.length;
      }
    }
    return mean;
  }

  private static Dataset draw(int devices, int each, int test, int size, long seed) {
    return new DataSource.Strokes(new StrokesParameters(each, test, size)).load(devices, seed);
  }

  private static String sha256(Examples examples) throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    float[] row = new float[examples.featureSize()];
    for (int i = 0; i < examples.size(); i++) {
      examples.copyFeatures(i, row, 0);
      ByteBuffer bytes = ByteBuffer.allocate(4 * row.length);
      bytes.asFloatBuffer().put(row);
      digest.update(bytes.array());
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
