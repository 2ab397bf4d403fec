package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.protocol.codec.WireEnums;
import dev.tributary.aggregation.protocol.wire.Wire;

/** Why a device gives up a round that it was assigned to. */
public enum DeviceFailure {
  /** Training or evaluation ended in an error, or in weights that are not finite. */
  TRAINING_FAILED(Wire.DeviceFailure.DEVICE_FAILURE_TRAINING_FAILED),
  /** The model did not have its digest, or its specification is one that the device cannot run. */
  MODEL_UNREADABLE(Wire.DeviceFailure.DEVICE_FAILURE_MODEL_UNREADABLE),
  /** The privacy policy of the device does not allow what the manifest asks for. */
  REFUSED_BY_POLICY(Wire.DeviceFailure.DEVICE_FAILURE_REFUSED_BY_POLICY),
  /** The device is no longer idle, charging or on an unmetered network. */
  NOT_ELIGIBLE_ANY_MORE(Wire.DeviceFailure.DEVICE_FAILURE_NOT_ELIGIBLE_ANY_MORE),
  /** Memory, storage or time ran out. */
  OUT_OF_RESOURCES(Wire.DeviceFailure.DEVICE_FAILURE_OUT_OF_RESOURCES),
  /** The program on the device is being stopped. */
  SHUTTING_DOWN(Wire.DeviceFailure.DEVICE_FAILURE_SHUTTING_DOWN),
  /**
   * What the coordinator sent does not pass the checks of secure aggregation; the detail names the
   * check, never a secret.
   */
  PROTOCOL_VIOLATION(Wire.DeviceFailure.DEVICE_FAILURE_PROTOCOL_VIOLATION);

  private final Wire.DeviceFailure wire;

  DeviceFailure(Wire.DeviceFailure wire) {
    this.wire = wire;
  }

  Wire.DeviceFailure toWire() {
    return wire;
  }

  static DeviceFailure fromWire(Wire.DeviceFailure wire) {
    return WireEnums.find(values(), DeviceFailure::toWire, wire);
  }
}
