package dev.tributary.simulations.bench.secagg;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;

/** The most heap that this process has used, garbage included: no less than it was. */
final class PeakHeap {

  private static final double MEBIBYTE = 1 << 20;

  private PeakHeap() {}

  /** Each part of the heap at its own peak, added up. */
  static double mebibytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .map(MemoryPoolMXBean::getPeakUsage)
            .mapToLong(usage -> usage.getUsed())
            .sum()
        / MEBIBYTE;
  }
}
