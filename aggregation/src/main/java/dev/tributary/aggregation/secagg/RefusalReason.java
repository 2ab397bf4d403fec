package dev.tributary.aggregation.secagg;

/** Why a device does not go on in a session. Each is an attack, or a fault that looks like one. */
public enum RefusalReason {
  /** The device's own assumptions are stronger than what the session offers. */
  WEAK_TERMS,
  /** The roster is not signed by the authority that the device trusts. */
  ROSTER_NOT_SIGNED,
  /** Entries do not stand in the roster that was signed. */
  ROSTER_NOT_PROVEN,
  /** The neighbours are not those that follow from the roster. */
  NEIGHBOURS_WRONG,
  /** A neighbour has no certificate of the authority. */
  DEVICE_NOT_CERTIFIED,
  /** A neighbour's keys are not signed by it for this session, or are no keys. */
  KEYS_NOT_SIGNED,
  /** One device stands in the roster more than once, or not at its place. */
  DEVICES_REPEATED,
  /** Two devices have the same key. */
  KEYS_REPEATED,
  /** Shares are not signed by the device that they are said to come from. */
  SHARES_NOT_SIGNED,
  /** Fewer neighbours are there than the device's floor. */
  TOO_FEW_NEIGHBOURS,
  /** The device is not in the sum of which it is asked to open a part. */
  SELF_NOT_ALIVE,
  /** The survivors are not a set over the roster, or contain devices that shared nothing. */
  SURVIVORS_WRONG,
  /** Fewer devices are in the sum than the terms promise. */
  TOO_FEW_SURVIVORS,
  /** The survivors are not those that the device confirmed or answered for before. */
  SURVIVORS_CHANGED,
  /** Too few devices confirmed the survivors. */
  TOO_FEW_CONFIRMATIONS
}
