package dev.tributary.simulations.data.strokes;

/**
 * How many glyphs are drawn, and how large.
 *
 * @param examplesPerDevice training glyphs of each writer, at least 1
 * @param testExamples glyphs to test on, by writers nobody trains on, at least 1
 * @param imageSize width and height of a glyph in pixels, 12 to 64
 */
public record StrokesParameters(int examplesPerDevice, int testExamples, int imageSize) {

  public StrokesParameters {
    if (examplesPerDevice < 1 || testExamples < 1 || imageSize < 12 || imageSize > 64) {
      throw new IllegalArgumentException(
          "expected at least 1 example a device, 1 test example and 12 to 64 pixels, found "
              + examplesPerDevice
              + ", "
              + testExamples
              + " and "
              + imageSize);
    }
  }
}
