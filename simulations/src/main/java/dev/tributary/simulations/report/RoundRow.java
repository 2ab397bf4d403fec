package dev.tributary.simulations.report;

/**
 * What one round did. {@code loss}, {@code accuracy}, {@code macroF1} and {@code f1ByClass} are
 * those of the global model after the round on the test rows, NaN (and empty) when the model was
 * not evaluated after this round.
 *
 * @param round counted from 1
 * @param devices how many updates are in the round's mean
 * @param dropouts how many chosen devices gave no update
 * @param loss mean loss of a test row, in nats
 * @param accuracy in [0, 1]
 * @param macroF1 the mean of the F1 scores of the classes, in [0, 1]
 * @param f1ByClass one F1 score a class, or empty. Owned by this record: not to be written to
 * @param bytesUp bytes all devices of the round sent: updates
 * @param bytesDown bytes all devices of the round received: models
 * @param seconds the time the round took on this machine
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; rows are never compared
public record RoundRow(
    int round,
    int devices,
    int dropouts,
    double loss,
    double accuracy,
    double macroF1,
    double[] f1ByClass,
    long bytesUp,
    long bytesDown,
    double seconds) {

  public RoundRow {
    if (round < 1
        || devices < 0
        || dropouts < 0
        || bytesUp < 0
        || bytesDown < 0
        || !(seconds >= 0)) {
      throw new IllegalArgumentException(
          "round " + round + ": counts, bytes and seconds are never negative");
    }
  }

  /** Whether the model was evaluated after this round. */
  public boolean evaluated() {
    return !Double.isNaN(accuracy);
  }
}
