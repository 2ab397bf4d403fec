package dev.tributary.simulations.report;

import dev.tributary.simulations.data.Dataset;
import java.util.List;

/**
 * Everything a report shows of a run.
 *
 * @param rounds one row a round, ascending
 * @param participation who took part, one entry a round, ascending; may be empty when it is not
 *     known
 * @param classNames one name a class
 * @param labelCounts int[devices][classes]: how many training rows of each class a device holds;
 *     may be empty. Owned by this record: not to be written to
 */
@SuppressWarnings("ArrayRecordComponent") // owned and documented; never compared
public record RunRecord(
    RunSummary summary,
    List<RoundRow> rounds,
    List<Participation> participation,
    List<String> classNames,
    int[][] labelCounts) {

  public RunRecord {
    rounds = List.copyOf(rounds);
    participation = List.copyOf(participation);
    classNames = List.copyOf(classNames);
    for (int[] counts : labelCounts) {
      if (counts.length != classNames.size()) {
        throw new IllegalArgumentException(
            "label counts of "
                + counts.length
                + " classes for "
                + classNames.size()
                + " class names");
      }
    }
  }

  /** The label counts that {@link RunRecord} shows, from each device's rows. */
  public static int[][] labelCounts(Dataset dataset, int[][] rowsByDevice) {
    int[][] counts = new int[rowsByDevice.length][dataset.classes()];
    for (int device = 0; device < rowsByDevice.length; device++) {
      for (int row : rowsByDevice[device]) {
        counts[device][dataset.train().label(row)]++;
      }
    }
    return counts;
  }
}
