package dev.tributary.client.transport.link;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectReason.Remedy;
import dev.tributary.client.transport.ResponseHead;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** The coordinator answered with a problem document (RFC 9457). */
public final class RefusedException extends CoordinatorException {

  private static final long serialVersionUID = 1;
  private static final Set<Integer> TRANSIENT_STATUS = Set.of(408, 425, 429);
  private static final Set<Remedy> TRANSIENT_REMEDIES = Set.of(Remedy.RETRY, Remedy.RESUME);

  private final transient ResponseHead head;
  private final transient ProblemDocument problem;

  RefusedException(ResponseHead head, ProblemDocument problem) {
    super(
        "the coordinator refused with status "
            + head.status()
            + " ("
            + problem.code()
            + "): "
            + problem.detail());
    this.head = head;
    this.problem = problem;
  }

  /** HTTP status, 400 to 599. */
  public int status() {
    return head.status();
  }

  /** Where the coordinator says that an upload stands. */
  Optional<Long> uploadOffset() {
    return CoordinatorApi.uploadOffset(head);
  }

  /** The reason; empty when this SDK does not know its code. */
  public Optional<RejectReason> reason() {
    return problem.reason();
  }

  /**
   * Whether another session may help; an answer to HEAD has no document, so there the status must
   * say it.
   */
  boolean isForTheSession() {
    return reason().map(known -> known.remedy() == Remedy.RENEW_SESSION).orElse(status() == 401);
  }

  boolean isFor(RejectReason reason) {
    return problem.code().equals(reason.code());
  }

  /** What the coordinator said to people: at most 512 printable characters. */
  public String detail() {
    return problem.detail();
  }

  @Override
  public boolean isTransient() {
    return status() >= 500
        || TRANSIENT_STATUS.contains(status())
        || reason().map(RejectReason::remedy).filter(TRANSIENT_REMEDIES::contains).isPresent();
  }

  @Override
  public Optional<Duration> retryAfter() {
    return problem.retryAfter();
  }

  @Override
  public String code() {
    return problem.code();
  }
}
