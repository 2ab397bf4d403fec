package dev.tributary.simulations.report;

import java.io.PrintWriter;

/**
 * The rounds of a run as an aligned table in the terminal, with a line below it that shows how far the current round is
 * when the output is a terminal. One thread at a time.
 */
public final class ConsoleTable {

  private final PrintWriter out;
  private final boolean live;
  private final int rounds;

  /**
   * A table that has not printed anything.
   *
   * @param live whether {@code out} is a terminal: lines may be overwritten
   * @param rounds how many rounds the run will have
   */
  public ConsoleTable(PrintWriter out, boolean live, int rounds) {
    this.out = out;
    this.live = live;
    this.rounds = rounds;
  }

  /** Shows how far a round is: {@code done} of its {@code cohort} devices have reported or dropped out. */
  public void progress(int round, int done, int cohort) {
    if (live) {
      out.flush();
    }
  }

  /** Prints the row of a finished round. */
  public void row(RoundRow row) {
    out.println(row.round() + "/" + rounds);
  }

  /** Ends the table with what the run came to. */
  public void finish(RunSummary summary) {
    out.println(summary.accuracy());
  }
}
