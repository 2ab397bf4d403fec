package dev.tributary.client.policy;

/**
 * What the device is doing right now, as the embedding application sees it: the SDK itself cannot
 * tell.
 *
 * @param charging on external power
 * @param unmeteredNetwork on a network whose traffic costs its owner nothing
 * @param idle nobody is using the device
 */
public record DeviceConditions(boolean charging, boolean unmeteredNetwork, boolean idle) {

  /** A machine without battery, metered network or user in front of it, such as a site's server. */
  public static DeviceConditions alwaysReady() {
    return new DeviceConditions(true, true, true);
  }
}
