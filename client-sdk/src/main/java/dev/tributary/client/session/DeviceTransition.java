package dev.tributary.client.session;

import java.util.List;

/**
 * One step of a device in its round.
 *
 * @param next state after the event; to be made durable before the effects are run, unless the
 *     event comes again after a crash
 * @param effects what to do now, in order
 * @param reason why, for logs
 */
public record DeviceTransition(DeviceState next, List<DeviceEffect> effects, String reason) {

  public DeviceTransition {
    effects = List.copyOf(effects);
  }

  static DeviceTransition to(DeviceState next, String reason, DeviceEffect... effects) {
    return new DeviceTransition(next, List.of(effects), reason);
  }
}
