package dev.tributary.simulations.chaos.fault;

/**
 * A defect put into a world on purpose, between the devices and the coordinator, to show that the
 * oracle finds it. Tests only.
 */
public enum Plant {
  NONE,
  /** A duplicate of an upload is taken for the upload of another device. */
  DOUBLE_COUNT,
  /** An upload is acknowledged and thrown away. */
  LOST_ACKNOWLEDGEMENT,
  /** Some devices are told other survivors than the rest. */
  SECOND_SHARE_KIND
}
