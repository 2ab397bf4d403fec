package dev.tributary.simulations.data.source;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.UnusableDataException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Images and labels in four IDX files, pixels scaled from [0, 255] to [0, 1]. */
final class IdxDataset {

  private static final String TRAIN_IMAGES = "train-images-idx3-ubyte";
  private static final String TRAIN_LABELS = "train-labels-idx1-ubyte";
  private static final String TEST_IMAGES = "t10k-images-idx3-ubyte";
  private static final String TEST_LABELS = "t10k-labels-idx1-ubyte";

  /** SHA-256 of the four published files, unpacked. */
  static final Map<String, String> MNIST_SHA256 =
      Map.of(
          TRAIN_IMAGES, "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
          TRAIN_LABELS, "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
          TEST_IMAGES, "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
          TEST_LABELS, "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2");

  static final Map<String, String> ANY_CONTENT = Map.of();

  private static final String ADVICE =
      "download the four files of https://ossci-datasets.s3.amazonaws.com/mnist/ ("
          + TRAIN_IMAGES
          + ".gz and so on) into that directory, packed or unpacked";

  private IdxDataset() {}

  static Dataset load(String name, Path directory, Map<String, String> expectedSha256) {
    String advice =
        name.equals("mnist")
            ? ADVICE
            : "expected there: "
                + TRAIN_IMAGES
                + ", "
                + TRAIN_LABELS
                + ", "
                + TEST_IMAGES
                + ", "
                + TEST_LABELS
                + ", each plain or .gz";
    IdxFile trainImages = IdxFile.read(directory, TRAIN_IMAGES, 3, expectedSha256, advice);
    IdxFile trainLabels = IdxFile.read(directory, TRAIN_LABELS, 1, expectedSha256, advice);
    IdxFile testImages = IdxFile.read(directory, TEST_IMAGES, 3, expectedSha256, advice);
    IdxFile testLabels = IdxFile.read(directory, TEST_LABELS, 1, expectedSha256, advice);
    int height = trainImages.extent(1);
    int width = trainImages.extent(2);
    if (testImages.extent(1) != height || testImages.extent(2) != width) {
      throw new UnusableDataException(
          testImages.path()
              + ": expected images of "
              + height
              + " by "
              + width
              + " pixels, those of "
              + trainImages.path()
              + ", found "
              + testImages.extent(1)
              + " by "
              + testImages.extent(2));
    }
    int[] labels = labels(trainImages, trainLabels);
    int classes = IntStream.of(labels).max().orElse(0) + 1;
    int[] heldOut = labels(testImages, testLabels);
    for (int label : heldOut) {
      if (label >= classes) {
        throw new UnusableDataException(
            testLabels.path()
                + ": expected labels below "
                + classes
                + ", as in "
                + trainLabels.path()
                + ", found "
                + label);
      }
    }
    return new Dataset(
        name,
        Examples.of(pixels(trainImages), height * width, labels),
        Examples.of(pixels(testImages), height * width, heldOut),
        classes,
        Shape.of(1, height, width),
        Optional.empty(),
        classNames(classes));
  }

  private static List<String> classNames(int classes) {
    return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
  }

  private static int[] labels(IdxFile images, IdxFile labels) {
    if (images.extent(0) != labels.extent(0)) {
      throw new UnusableDataException(
          labels.path()
              + ": expected "
              + images.extent(0)
              + " labels, one for each image of "
              + images.path()
              + ", found "
              + labels.extent(0));
    }
    int[] values = new int[labels.extent(0)];
    for (int i = 0; i < values.length; i++) {
      values[i] = labels.value(i);
    }
    return values;
  }

  private static float[] pixels(IdxFile images) {
    float[] values = new float[images.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = images.value(i) / 255f;
    }
    return values;
  }
}
