package dev.tributary.simulations.data.strokes;

import java.util.Arrays;
import java.util.List;

/**
 * One way to write a digit: the points a pen passes, stroke after stroke, in a box of width and
 * height 1 with y pointing down. A point given twice is a corner; between other points the pen
 * curves.
 *
 * @param strokes each a stroke's x and y in turn. Owned by this record: not to be written to
 */
record Glyph(List<double[]> strokes) {

  Glyph {
    strokes = List.copyOf(strokes);
  }

  private static Glyph of(double[]... strokes) {
    return new Glyph(Arrays.asList(strokes));
  }

  private static double[] stroke(double... coordinates) {
    return coordinates;
  }

  /** The ways people write each digit: {@code ALPHABET.get(digit)} has at least one. */
  static final List<List<Glyph>> ALPHABET =
      List.of(
          List.of(
              of(
                  stroke(
                      .55, .02, .32, .07, .18, .33, .18, .66, .33, .95, .55, .98, .76, .84, .83,
                      .53, .77, .2, .6, .04, .47, .03)),
              of(
                  stroke(
                      .6, .1, .42, .02, .22, .2, .16, .55, .28, .9, .52, .99, .76, .8, .82, .4, .68,
                      .1, .5, .02, .44, .1, .62, .14))),
          List.of(
              of(stroke(.5, .0, .5, .5, .49, 1)),
              of(stroke(.3, .26, .42, .16, .53, .01, .53, .01, .53, .5, .52, 1)),
              of(
                  stroke(.32, .24, .53, .02, .53, .02, .53, .5, .53, .98),
                  stroke(.3, .98, .52, .98, .76, .97))),
          List.of(
              of(
                  stroke(
                      .2, .24, .34, .06, .57, .01, .77, .17, .7, .42, .44, .72, .19, .97, .19, .97,
                      .5, .96, .83, .97)),
              of(
                  stroke(
                      .21, .2, .4, .02, .66, .04, .76, .24, .62, .54, .36, .84, .2, .96, .14, .86,
                      .27, .79, .5, .9, .68, .98, .87, .9))),
          List.of(
              of(
                  stroke(
                      .2, .13, .44, .0, .71, .11, .68, .35, .4, .47, .4, .47, .7, .54, .8, .77, .6,
                      .97, .32, .98, .16, .85)),
              of(
                  stroke(
                      .19, .04, .47, .03, .74, .03, .74, .03, .58, .22, .43, .4, .43, .4, .68, .44,
                      .81, .68, .64, .94, .38, .99, .16, .88))),
          List.of(
              of(
                  stroke(.29, .03, .24, .3, .18, .56, .18, .56, .5, .56, .86, .53),
                  stroke(.68, .26, .67, .6, .64, 1)),
              of(
                  stroke(.66, .02, .4, .32, .13, .65, .13, .65, .5, .65, .88, .64),
                  stroke(.66, .02, .65, .5, .65, 1))),
          List.of(
              of(
                  stroke(
                      .31, .04, .28, .22, .24, .44, .24, .44, .46, .36, .74, .46, .8, .7, .64, .93,
                      .38, .99, .15, .89),
                  stroke(.31, .04, .56, .04, .82, .02)),
              of(
                  stroke(
                      .78, .02, .54, .03, .31, .04, .31, .04, .28, .24, .25, .43, .25, .43, .5, .37,
                      .76, .49, .78, .76, .56, .97, .3, .97, .18, .88))),
          List.of(
              of(
                  stroke(
                      .68, .02, .44, .16, .26, .44, .2, .74, .36, .96, .6, .96, .77, .77, .67, .57,
                      .44, .55, .24, .71)),
              of(
                  stroke(
                      .56, .0, .36, .3, .24, .62, .28, .88, .48, .99, .7, .9, .74, .68, .56, .56,
                      .36, .62, .26, .78))),
          List.of(
              of(stroke(.16, .05, .48, .05, .82, .04, .82, .04, .64, .38, .5, .7, .42, 1)),
              of(
                  stroke(.16, .06, .48, .05, .8, .04, .8, .04, .62, .4, .48, .72, .4, 1),
                  stroke(.33, .5, .52, .49, .74, .47)),
              of(
                  stroke(
                      .18, .2, .18, .06, .18, .06, .48, .06, .8, .03, .8, .03, .66, .34, .56, .66,
                      .52, 1))),
          List.of(
              of(
                  stroke(
                      .72, .17, .56, .02, .34, .05, .26, .22, .38, .4, .62, .56, .77, .76, .66, .95,
                      .42, .99, .24, .84, .32, .62, .56, .44, .71, .27, .69, .1)),
              of(
                  stroke(.5, .46, .3, .34, .3, .12, .5, .01, .7, .12, .7, .34, .5, .46),
                  stroke(.5, .46, .26, .6, .24, .86, .5, .99, .76, .86, .74, .6, .5, .46))),
          List.of(
              of(
                  stroke(
                      .74, .17, .56, .02, .33, .08, .24, .3, .38, .5, .58, .46, .74, .2, .74, .2,
                      .73, .55, .66, 1)),
              of(
                  stroke(
                      .74, .22, .6, .03, .36, .05, .25, .26, .36, .48, .58, .46, .74, .24, .74, .24,
                      .76, .6, .62, .93, .4, .99, .24, .9))));

  /** How many digits there are. */
  static int digits() {
    return ALPHABET.size();
  }
}
