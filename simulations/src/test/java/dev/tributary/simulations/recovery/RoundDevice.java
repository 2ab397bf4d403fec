package dev.tributary.simulations.recovery;

import dev.tributary.aggregation.protocol.DeviceId;
import java.util.List;
import java.util.Set;

/** A device whose update says whose it is, as the oracle sees it. */
interface RoundDevice extends AutoCloseable {

  /** Its place in {@link OneHotTrainer}'s blocks. */
  int number();

  DeviceId id();

  /** Numbers of the rounds whose receipt this device has. */
  Set<Long> receipts();

  /** What it ran into that no device declares. */
  List<Throwable> defects();

  @Override
  void close();
}
