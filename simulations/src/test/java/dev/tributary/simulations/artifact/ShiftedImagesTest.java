package dev.tributary.simulations.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.runtime.Examples;
import org.junit.jupiter.api.Test;

class ShiftedImagesTest {

  @Test
  void copies_showTheSameImage_movedByTwoPixelsAtMost_inEveryChannel() {
    Shape shape = Shape.of(2, 7, 9);
    float[] image = new float[shape.elements()];
    image[3 * 9 + 4] = 1; // the middle of the first channel
    image[63 + 3 * 9 + 4] = 2; // and of the second
    Examples images = Examples.of(image, image.length, new int[1]);

    Examples all = ShiftedImages.of(images, shape, 40, 1);

    assertThat(all.size()).isEqualTo(41);
    boolean moved = false;
    for (int row = 0; row < all.size(); row++) {
      int first = -1;
      int second = -1;
      int lit = 0;
      for (int i = 0; i < image.length; i++) {
        float value = all.feature(row, i);
        lit += value == 0 ? 0 : 1;
        first = value == 1 ? i : first;
        second = value == 2 ? i : second;
      }
      assertThat(lit).isEqualTo(2);
      assertThat(second).isEqualTo(first + 63);
      assertThat(Math.abs(first / 9 - 3)).isLessThanOrEqualTo(2);
      assertThat(Math.abs(first % 9 - 4)).isLessThanOrEqualTo(2);
      moved |= first != 3 * 9 + 4;
    }
    assertThat(all.feature(0, 3 * 9 + 4)).isEqualTo(1);
    assertThat(moved).isTrue();
  }

  @Test
  void whatLeavesTheImage_doesNotComeBackOnTheOtherSide() {
    Shape shape = Shape.of(1, 5, 5);
    float[] image = new float[25];
    image[4] = 1; // top right corner
    Examples all = ShiftedImages.of(Examples.of(image, 25, new int[1]), shape, 60, 3);
    for (int row = 0; row < all.size(); row++) {
      for (int i = 0; i < 25; i++) {
        if (all.feature(row, i) != 0) {
          assertThat(i % 5).isGreaterThanOrEqualTo(2);
          assertThat(i / 5).isLessThanOrEqualTo(2);
        }
      }
    }
  }
}
