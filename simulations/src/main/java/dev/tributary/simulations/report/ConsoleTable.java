package dev.tributary.simulations.report;

import java.io.PrintWriter;
import java.util.Locale;

/**
 * The rounds of a run as an aligned table, and in a terminal a bar below it that shows how far the
 * current round is. One thread at a time.
 */
public final class ConsoleTable {

  private static final String HEADER =
      "%9s %8s %9s %9s %9s %9s %9s %8s%n"
          .formatted("round", "devices", "drop-outs", "loss", "accuracy", "up", "down", "seconds");
  private static final int BAR_CELLS = 24;
  private static final String ERASE_LINE = "\r\u001b[2K";
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private final PrintWriter out;
  private final boolean live;
  private final int rounds;
  private boolean headed;
  private boolean barShown;

  /**
   * A table that has not printed anything.
   *
   * @param live whether {@code out} is a terminal, whose last line may be written over; otherwise
   *     only whole lines are printed
   * @param rounds how many rounds the run will have
   */
  public ConsoleTable(PrintWriter out, boolean live, int rounds) {
    this.out = out;
    this.live = live;
    this.rounds = rounds;
  }

  /**
   * Shows in a terminal how far a round is: {@code done} of its {@code cohort} devices have
   * reported or dropped out.
   */
  public void progress(int round, int done, int cohort) {
    if (!live) {
      return;
    }
    head();
    double part = (round - 1 + Math.min(1, done / (double) Math.max(1, cohort))) / rounds;
    int full = (int) Math.round(part * BAR_CELLS);
    out.print(
        ERASE_LINE
            + "  ["
            + "=".repeat(full)
            + " ".repeat(BAR_CELLS - full)
            + "] round "
            + round
            + " of "
            + rounds
            + ", "
            + done
            + " of "
            + cohort
            + " devices");
    out.flush();
    barShown = true;
  }

  /** Prints the row of a finished round. */
  public void row(RoundRow row) {
    head();
    eraseBar();
    out.printf(
        Locale.ROOT,
        "%9s %8d %9d %9s %9s %9s %9s %8.2f%n",
        row.round() + "/" + rounds,
        row.devices(),
        row.dropouts(),
        number(row.loss(), "%.4f"),
        number(100 * row.accuracy(), "%.2f %%"),
        bytes(row.bytesUp()),
        bytes(row.bytesDown()),
        row.seconds());
    out.flush();
  }

  /** Ends the table with what the run came to. */
  public void finish(RunSummary summary) {
    eraseBar();
    out.printf(
        Locale.ROOT,
        "%naccuracy %s, macro F1 %s, loss %s after %d rounds of %d devices in %.1f s; %s up, %s"
            + " down%nmodel %s%n",
        number(100 * summary.accuracy(), "%.2f %%"),
        number(100 * summary.macroF1(), "%.2f %%"),
        number(summary.loss(), "%.4f"),
        summary.rounds(),
        summary.devices(),
        summary.seconds(),
        bytes(summary.bytesUp()),
        bytes(summary.bytesDown()),
        summary.modelDigest());
    out.flush();
  }

  private void head() {
    if (!headed) {
      out.print(HEADER);
      headed = true;
    }
  }

  private void eraseBar() {
    if (barShown) {
      out.print(ERASE_LINE);
      barShown = false;
    }
  }

  private static String number(double value, String format) {
    return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
  }

  /** Three digits and a decimal unit: 1.23 MB. */
  static String bytes(long count) {
    double value = count;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    int decimals = unit == 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f %s", value, UNITS[unit]);
  }
}
