package dev.tributary.simulations.bench.secagg;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.openmbean.CompositeData;

/**
 * The most heap that this process uses from now on, garbage included. Between two collections use
 * only grows, so it is looked at before each of them, and at the end.
 */
final class PeakHeap {

  private static final double MEBIBYTE = 1 << 20;

  private final AtomicLong peakBytes = new AtomicLong();
  private final Set<String> heapPools =
      ManagementFactory.getMemoryPoolMXBeans().stream()
          .filter(pool -> pool.getType() == MemoryType.HEAP)
          .map(MemoryPoolMXBean::getName)
          .collect(Collectors.toSet());

  private PeakHeap() {}

  /** Starts to look. */
  static PeakHeap watch() {
    var peak = new PeakHeap();
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener((event, nothing) -> peak.hear(event), null, null);
      }
    }
    return peak;
  }

  private void hear(Notification event) {
    if (event.getType().equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      var before =
          GarbageCollectionNotificationInfo.from((CompositeData) event.getUserData())
              .getGcInfo()
              .getMemoryUsageBeforeGc();
      accumulate(
          before.entrySet().stream()
              .filter(pool -> heapPools.contains(pool.getKey()))
              .map(Map.Entry::getValue)
              .mapToLong(usage -> usage.getUsed())
              .sum());
    }
  }

  private void accumulate(long bytes) {
    peakBytes.accumulateAndGet(bytes, Math::max);
  }

  double mebibytes() {
    accumulate(ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    return peakBytes.get() / MEBIBYTE;
  }
}
