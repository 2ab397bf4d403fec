package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.DeviceId;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The order of a roster: by device id, each id once. */
final class DeviceOrder {

  private DeviceOrder() {}

  /** Whether devices at these places of a roster can be: a later place, a larger id. */
  static boolean isAscending(SortedMap<Integer, DeviceId> idAt) {
    @Nullable DeviceId before = null;
    for (DeviceId id : idAt.values()) {
      if (before != null && before.compareTo(id) >= 0) {
        return false;
      }
      before = id;
    }
    return true;
  }
}
