package dev.tributary.coordinator.round;

import dev.tributary.aggregation.protocol.DeviceId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Sets and maps of devices that keep the order of arrival. Each call copies. */
final class InOrder {
  private InOrder() {}

  static Set<DeviceId> ordered(Set<DeviceId> devices) {
    return Collections.unmodifiableSet(new LinkedHashSet<>(devices));
  }

  static Map<DeviceId, CountedUpload> ordered(Map<DeviceId, CountedUpload> uploads) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(uploads));
  }

  static Map<DeviceId, CountedUpload> only(
      Map<DeviceId, CountedUpload> uploads, Set<DeviceId> devices) {
    var some = new LinkedHashMap<>(uploads);
    some.keySet().retainAll(devices);
    return some;
  }

  static Map<DeviceId, CountedUpload> plus(
      Map<DeviceId, CountedUpload> uploads, Iterable<CountedUpload> more) {
    var all = new LinkedHashMap<>(uploads);
    more.forEach(upload -> all.put(upload.device(), upload));
    return all;
  }

  static Set<DeviceId> plus(Set<DeviceId> devices, DeviceId device) {
    var more = new LinkedHashSet<>(devices);
    more.add(device);
    return more;
  }

  static Set<DeviceId> minus(Set<DeviceId> devices, DeviceId device) {
    var fewer = new LinkedHashSet<>(devices);
    fewer.remove(device);
    return fewer;
  }
}
