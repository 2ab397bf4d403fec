package dev.tributary.coordinator.http;

/** A refusal that carries more than its reason, such as the offset at which an upload goes on. */
public final class RefusedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public RefusedException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
