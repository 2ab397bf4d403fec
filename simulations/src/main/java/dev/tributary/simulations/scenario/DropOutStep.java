package dev.tributary.simulations.scenario;

import java.util.Locale;

/** After what a device of a secure round is not heard of again. */
public enum DropOutStep {
  /** It was chosen, and sends nothing. */
  BEFORE_KEYS,
  /** It is in the roster, and deals no shares. */
  AFTER_KEYS,
  /** Others mask with it, and its update does not come: what costs the coordinator most. */
  AFTER_SHARES,
  /** Its update is in the sum, and it does not help to open it. */
  AFTER_UPLOAD;

  /** The word in scenarios. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
