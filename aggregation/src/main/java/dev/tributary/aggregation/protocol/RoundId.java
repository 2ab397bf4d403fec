package dev.tributary.aggregation.protocol;

import java.util.regex.Pattern;

/**
 * One attempt at a round of a task. Text form {@code task.number}, such as {@code next-word.17}.
 *
 * @param task the task that the round belongs to
 * @param number 1 for the first attempt at the first round and one more for every attempt after it,
 *     at most {@value #MAXIMUM_NUMBER}; never used twice, so that nothing of an abandoned attempt
 *     fits another
 */
public record RoundId(TaskName task, long number) implements Comparable<RoundId> {

  /** The largest number of a round: 15 decimal digits, exact in JSON too. */
  public static final long MAXIMUM_NUMBER = 999_999_999_999_999L;

  private static final Pattern FORM =
      Pattern.compile("([a-z0-9][a-z0-9-]{0,62})\\.([1-9][0-9]{0,14})");

  /**
   * A round that this program numbered.
   *
   * @throws InvalidFieldException when the number is out of range
   */
  public RoundId {
    FieldRules.inRange("number of a round", number, 1, MAXIMUM_NUMBER);
  }

  /**
   * The round with this text form.
   *
   * @throws InvalidFieldException when the text is not the canonical form of a round id
   */
  public static RoundId of(String text) {
    FieldRules.form("round id", text, FORM);
    int dot = text.indexOf('.');
    return new RoundId(
        new TaskName(text.substring(0, dot)), Long.parseLong(text, dot + 1, text.length(), 10));
  }

  /**
   * The round with this text form, which came from outside.
   *
   * @throws RejectedException when the text is not the canonical form of a round id
   */
  public static RoundId parse(String text) throws RejectedException {
    return FieldRules.parse(() -> of(text));
  }

  /** By task, then by number. */
  @Override
  public int compareTo(RoundId other) {
    int byTask = task.compareTo(other.task);
    return byTask != 0 ? byTask : Long.compare(number, other.number);
  }

  /** The text form. */
  @Override
  public String toString() {
    return task + "." + number;
  }
}
