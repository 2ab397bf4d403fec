package dev.tributary.simulations.artifact;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.simulations.data.SeededRandom;

/**
 * More images for a student: each also moved by up to two pixels. The teacher says what they show,
 * so that nothing needs a label.
 */
public final class ShiftedImages {

  private static final int MOST = 2;

  private ShiftedImages() {}

  /**
   * The images and so many moved copies of each, with zeros where they moved from.
   *
   * @param shape [channels, height, width]
   */
  public static Examples of(Examples images, Shape shape, int copies, long seed) {
    int size = images.featureSize();
    float[] all = new float[Math.multiplyExact(images.size() * (copies + 1), size)];
    float[] image = new float[size];
    for (int row = 0; row < images.size(); row++) {
      images.copyFeatures(row, image, 0);
      SeededRandom random = SeededRandom.of(seed, "shift", row);
      for (int copy = 0; copy <= copies; copy++) {
        int down = copy == 0 ? 0 : random.below(2 * MOST + 1) - MOST;
        int right = copy == 0 ? 0 : random.below(2 * MOST + 1) - MOST;
        move(image, shape, down, right, all, (row * (copies + 1) + copy) * size);
      }
    }
    return Examples.of(all, size, new int[images.size() * (copies + 1)]);
  }

  private static void move(
      float[] image, Shape shape, int down, int right, float[] target, int offset) {
    int height = shape.extent(1);
    int width = shape.extent(2);
    for (int i = 0; i < image.length; i++) {
      int y = i / width % height + down;
      int x = i % width + right;
      if (y >= 0 && y < height && x >= 0 && x < width) {
        target[offset + i + down * width + right] = image[i];
      }
    }
  }
}
