package dev.tributary.simulations.chaos.network;

/**
 * What happens to the next request of a step.
 *
 * @param device whose request, or {@link #ANYBODY}
 */
public record Mishap(Kind kind, Step step, int device) {
  /** The first device that comes. */
  public static final int ANYBODY = -1;

  /** What happens to it. */
  public enum Kind {
    /** It never arrives. */
    LOSE_REQUEST,
    /** It never leaves: the process of its device is killed. */
    KILL_SENDER,
    /** It is carried out; the answer never arrives. */
    LOSE_RESPONSE,
    /** Half of the answer arrives. */
    BREAK_RESPONSE,
    /** It arrives twice. */
    DUPLICATE,
    /** Of a body 99 % arrive, then the connection is gone. */
    DISCONNECT,
    /** It arrives minutes later; its device is cut off meanwhile. */
    LATE,
    /** After it, another one with the same name and other bytes arrives. */
    CONFLICT,
    /** Before it, one that was counted in an earlier round arrives again. */
    REPLAY,
    /** Before it, one that is too long arrives. */
    WRONG_LENGTH,
    /** Before it, one whose residues are out of range arrives. */
    WRONG_RESIDUE
  }
}
