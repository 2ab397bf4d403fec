package dev.tributary.simulations.data;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import java.util.List;
import java.util.Optional;

/**
 * Labelled rows in memory: those that devices train on and those that the global model is tested
 * on.
 *
 * @param name what the rows are, as in a scenario: {@code strokes}, {@code mnist}...
 * @param train the rows to divide over devices; features row-major, labels in [0, classes)
 * @param test rows no device trains on
 * @param classes the number of labels, at least 2
 * @param inputShape the shape of one row, for example [1, 28, 28] (channels, height, width) or [13]
 * @param naturalDevice for each training row the device it comes from, numbered from 0 without
 *     gaps, when the data say so. Owned by this record: not to be written to
 * @param classNames one name a class, for reports
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; a data set is never compared
public record Dataset(
    String name,
    Examples train,
    Examples test,
    int classes,
    Shape inputShape,
    Optional<int[]> naturalDevice,
    List<String> classNames) {

  public Dataset {
    classNames = List.copyOf(classNames);
    if (classes < 2) {
      throw new UnusableDataException(
          "data set " + name + ": expected at least 2 classes, found " + classes);
    }
    if (classNames.size() != classes) {
      throw new IllegalArgumentException(
          "data set "
              + name
              + ": "
              + classNames.size()
              + " class names for "
              + classes
              + " classes");
    }
    if (train.size() == 0 || test.size() == 0) {
      throw new UnusableDataException(
          "data set "
              + name
              + ": expected rows to train on and rows to test on, found "
              + train.size()
              + " and "
              + test.size());
    }
    if (train.featureSize() != inputShape.elements()
        || test.featureSize() != inputShape.elements()) {
      throw new IllegalArgumentException(
          "data set "
              + name
              + ": rows of "
              + train.featureSize()
              + " and "
              + test.featureSize()
              + " values for the shape "
              + inputShape);
    }
    if (naturalDevice.isPresent() && naturalDevice.get().length != train.size()) {
      throw new IllegalArgumentException(
          "data set "
              + name
              + ": natural devices of "
              + naturalDevice.get().length
              + " rows for "
              + train.size()
              + " training rows");
    }
  }

  /** How many devices the data themselves know, 0 when they know none. */
  public int naturalDevices() {
    int last = -1;
    for (int device : naturalDevice.orElse(new int[0])) {
      last = Math.max(last, device);
    }
    return last + 1;
  }
}
