package dev.tributary.aggregation.protocol;

/**
 * The versions of the protocol that one end speaks.
 *
 * @param minimum the oldest, at least 1
 * @param maximum the newest, {@code minimum..}{@value #MAXIMUM_VERSION}
 */
public record VersionRange(int minimum, int maximum) {

  /** No version is ever larger. */
  public static final int MAXIMUM_VERSION = 65_535;

  /** The version of the messages by which a version is agreed. */
  public static final int FIRST = 1;

  /** What this program speaks. */
  public static final VersionRange SUPPORTED = new VersionRange(FIRST, 1);

  /** The version that this program writes once a session stands. */
  public static final int CURRENT = 1;

  /**
   * A range of versions.
   *
   * @throws InvalidFieldException when it is empty or out of bounds
   */
  public VersionRange {
    FieldRules.inRange("minimum version", minimum, 1, MAXIMUM_VERSION);
    FieldRules.inRange("maximum version", maximum, minimum, MAXIMUM_VERSION);
  }

  /**
   * The newest version that both ends speak.
   *
   * @param device what the device speaks
   * @throws RejectedException with {@link RejectReason#UNSUPPORTED_VERSION} when there is none
   */
  public int choose(VersionRange device) throws RejectedException {
    int newest = Math.min(maximum, device.maximum);
    if (newest < Math.max(minimum, device.minimum)) {
      throw new RejectedException(
          RejectReason.UNSUPPORTED_VERSION,
          "version: this end speaks " + this + ", the other " + device);
    }
    return newest;
  }

  /**
   * Requires that {@code version} is within this range.
   *
   * @throws InvalidFieldException with {@link RejectReason#UNSUPPORTED_VERSION} when it is not
   */
  public void check(long version) {
    if (version < minimum || version > maximum) {
      throw new InvalidFieldException(
          RejectReason.UNSUPPORTED_VERSION,
          "version: this end speaks " + this + ", the message is of " + version);
    }
  }

  /** {@code minimum..maximum}. */
  @Override
  public String toString() {
    return minimum + ".." + maximum;
  }
}
