package dev.tributary.aggregation.protocol.codec;

import dev.tributary.security.BugException;
import java.util.function.Function;

/** From a generated enumeration to ours. */
public final class WireEnums {

  private WireEnums() {}

  /**
   * The constant that {@code toWire} maps to {@code wanted}, which strict decoding has found to be
   * defined.
   */
  public static <E extends Enum<E>, W> E find(E[] constants, Function<E, W> toWire, W wanted) {
    for (E constant : constants) {
      if (toWire.apply(constant).equals(wanted)) {
        return constant;
      }
    }
    throw new BugException("no constant for the defined wire value " + wanted);
  }
}
