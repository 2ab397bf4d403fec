package dev.tributary.simulations.data.strokes;

/**
 * A square of pixels that lines with round ends are drawn on. A pixel is as dark as its distance
 * from the line's edge says, so edges are smooth; of several lines the darkest counts.
 */
final class Raster {

  private final float[] pixels;
  private final int offset;
  private final int size;

  /**
   * @param pixels written from {@code offset} on, row by row; owned by the caller
   */
  Raster(float[] pixels, int offset, int size) {
    this.pixels = pixels;
    this.offset = offset;
    this.size = size;
  }

  /** Draws a line; pixel (0, 0) has its middle at (0.5, 0.5). What lies outside is not drawn. */
  void line(double fromX, double fromY, double toX, double toY, double radius) {
    double reach = radius + 0.5;
    int left = Math.max(0, (int) StrictMath.floor(Math.min(fromX, toX) - reach));
    int right = Math.min(size - 1, (int) StrictMath.ceil(Math.max(fromX, toX) + reach));
    int top = Math.max(0, (int) StrictMath.floor(Math.min(fromY, toY) - reach));
    int bottom = Math.min(size - 1, (int) StrictMath.ceil(Math.max(fromY, toY) + reach));
    double alongX = toX - fromX;
    double alongY = toY - fromY;
    double squaredLength = alongX * alongX + alongY * alongY;
    for (int row = top; row <= bottom; row++) {
      for (int column = left; column <= right; column++) {
        double x = column + 0.5 - fromX;
        double y = row + 0.5 - fromY;
        double t =
            squaredLength == 0
                ? 0
                : Math.clamp((x * alongX + y * alongY) / squaredLength, 0.0, 1.0);
        double distanceX = x - t * alongX;
        double distanceY = y - t * alongY;
        double distance = StrictMath.sqrt(distanceX * distanceX + distanceY * distanceY);
        float ink = (float) Math.clamp(reach - distance, 0.0, 1.0);
        int pixel = offset + row * size + column;
        pixels[pixel] = Math.max(pixels[pixel], ink);
      }
    }
  }
}
