package dev.tributary.coordinator.fault;

/**
 * A moment in a round at which a test can kill the process. Here it does nothing, and the JVM
 * inlines it away: tests put a class of the same name first on the class path of the process that
 * is to die. Any thread.
 *
 * <p>Names are those of {@link dev.tributary.coordinator.round.RoundStateName}, reached each time
 * that an event which led to the state is durable and nothing of it has been done yet, and the
 * constants here.
 */
public final class FailPoint {

  /** A survivor's shares were taken; the sum may still need those of others. */
  public static final String SHARES_REVEALED = "SharesRevealed";

  /** The next model's file is on disk, and no event or version names it yet. */
  public static final String MODEL_WRITTEN = "ModelWritten";

  private FailPoint() {}

  /** Called when a moment has come. */
  public static void reached(String name) {}
}
