package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.protocol.RoundId;
import java.util.Set;

/**
 * What of open rounds lies in files beside the journal.
 *
 * @param policy when sums are written
 */
public record RoundLedger(CheckpointPolicy policy, SumFiles sums, SessionVaults vaults) {

  /** Removes what was kept of a round that has ended. Blocks. */
  public void discard(RoundId round) {
    vaults.erase(round);
    sums.discard(round);
  }

  /** Removes what was kept of all rounds but these. Blocks. */
  public void keepOnly(Set<RoundId> open) {
    vaults.keepOnly(open);
    sums.keepOnly(open);
  }
}
