/**
 * What is written down of a round, so that it outlives the process that runs it: its journal and
 * its row, checkpoints of its sums, the sealed messages of its sessions.
 */
@NullMarked
package dev.tributary.coordinator.schedule.ledger;

import org.jspecify.annotations.NullMarked;
