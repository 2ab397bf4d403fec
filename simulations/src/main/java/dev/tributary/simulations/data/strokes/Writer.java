package dev.tributary.simulations.data.strokes;

import dev.tributary.simulations.data.SeededRandom;

/**
 * Someone who draws digits in one hand. Each digit starts from a glyph whose points are moved a
 * little, is traced with corners cut and a tremble, then leaned, turned, scaled and placed. All
 * arithmetic is strict, so an image is the same on every machine. One thread at a time.
 */
public final class Writer {

  /** Spread of a point of a glyph around where it belongs. */
  private static final double POINT_SPREAD = 0.022;

  private static final double TAU = 2 * StrictMath.PI;

  private final Hand hand;
  private final SeededRandom random;

  private Writer(Hand hand, SeededRandom random) {
    this.hand = hand;
    this.random = random;
  }

  /**
   * The writer with this number.
   *
   * @param group parts writers into kinds that never share a hand: those who teach, those who test
   */
  public static Writer of(long seed, String group, int number) {
    SeededRandom random = SeededRandom.of(seed, "strokes " + group, number);
    return new Writer(Hand.drawn(random), random);
  }

  /** How many different digits a writer knows: 0 up to this, exclusive. */
  public static int digits() {
    return Glyph.digits();
  }

  /**
   * Draws a digit: {@code image[offset .. offset + size * size)}, row by row, 0 for paper and 1 for
   * ink.
   *
   * @param image where to; the part drawn on is all 0 before
   * @param size width and height in pixels
   */
  public void draw(int digit, float[] image, int offset, int size) {
    Raster raster = new Raster(image, offset, size);
    Placement placement = placement(size);
    for (double[] stroke : hand.glyph(digit, random).strokes()) {
      double[] path = PenPath.smoothed(PenPath.traced(loosened(stroke)), smoothings());
      tremble(path);
      placement.apply(path);
      ink(path, placement.unit(), raster);
    }
  }

  private int smoothings() {
    return (int) StrictMath.round(hand.haste() * 14);
  }

  /** The stroke with each point moved; a corner, given twice, moves as one. */
  private double[] loosened(double[] stroke) {
    double[] moved = stroke.clone();
    for (int i = 0; i < stroke.length; i += 2) {
      boolean corner = i >= 2 && stroke[i] == stroke[i - 2] && stroke[i + 1] == stroke[i - 1];
      for (int axis = 0; axis < 2; axis++) {
        moved[i + axis] =
            corner
                ? moved[i + axis - 2]
                : stroke[i + axis] + POINT_SPREAD * hand.looseness() * random.normal();
      }
    }
    return moved;
  }

  /** Adds a slow tremble: two sines along the path for each axis. */
  private void tremble(double[] path) {
    for (int axis = 0; axis < 2; axis++) {
      for (int wave = 1; wave <= 2; wave++) {
        double cycles = random.uniform(1, 3.5) * wave;
        double phase = random.uniform(0, TAU);
        double amplitude = hand.wobble() * random.uniform(0.4, 1) / wave;
        int points = path.length / 2;
        for (int i = 0; i < points; i++) {
          path[2 * i + axis] += amplitude * StrictMath.sin(phase + TAU * cycles * i / points);
        }
      }
    }
  }

  private Placement placement(int size) {
    double height = hand.height() * size * (1 + 0.04 * hand.looseness() * random.normal());
    double width = height * hand.aspect() * (1 + 0.05 * hand.looseness() * random.normal());
    double slant = hand.slant() + 0.04 * hand.looseness() * random.normal();
    double angle = hand.rotation() + 0.04 * hand.looseness() * random.normal();
    double middle = size / 2.0;
    double spread = 0.015 * size;
    return new Placement(
        width,
        height,
        slant,
        StrictMath.cos(angle),
        StrictMath.sin(angle),
        middle + spread * random.normal(),
        middle + spread * random.normal());
  }

  private void ink(double[] path, double unit, Raster raster) {
    double radius = Math.max(0.55, hand.penRadius() * unit * (1 + 0.06 * random.normal()));
    double phase = random.uniform(0, TAU);
    int points = path.length / 2;
    for (int i = 1; i < points; i++) {
      double swell = 1 + hand.pressure() * 0.6 * StrictMath.sin(phase + TAU * 0.8 * i / points);
      double lift = Math.min(1, 0.6 + 0.4 * Math.min(i, points - i) / (0.12 * points));
      raster.line(
          path[2 * i - 2],
          path[2 * i - 1],
          path[2 * i],
          path[2 * i + 1],
          Math.max(0.5, radius * swell * lift));
    }
  }

  /** From the unit box of a glyph to pixels. */
  private record Placement(
      double width,
      double height,
      double slant,
      double cos,
      double sin,
      double middleX,
      double middleY) {

    void apply(double[] path) {
      for (int i = 0; i < path.length; i += 2) {
        double y = path[i + 1] - 0.5;
        double x = path[i] - 0.5 - slant * y;
        double wide = x * width;
        double high = y * height;
        path[i] = middleX + wide * cos - high * sin;
        path[i + 1] = middleY + wide * sin + high * cos;
      }
    }

    /** The length that a pen's width is measured in. */
    double unit() {
      return height;
    }
  }
}
