package dev.tributary.security.sharing;

import java.util.Arrays;

/** What is demanded of the points that shares lie at. Points are not secret. */
final class SharePoints {

  private SharePoints() {}

  /**
   * A checked copy.
   *
   * @throws IllegalArgumentException when a point is below 1 (0 is where the secret lies) or there
   *     twice, or when there are none
   */
  static int[] checked(int[] points) {
    int[] copy = points.clone();
    if (copy.length == 0) {
      throw new IllegalArgumentException("points of shares: expected at least 1, got none");
    }
    int[] sorted = copy.clone();
    Arrays.sort(sorted);
    if (sorted[0] < 1) {
      throw new IllegalArgumentException("point of a share: expected at least 1, got " + sorted[0]);
    }
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException(
            "points of shares: expected each once, got " + sorted[i] + " twice");
      }
    }
    return copy;
  }
}
