package dev.tributary.client.round;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.client.transport.link.RefusedException;
import dev.tributary.security.BugException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Steps R3 and R4 of secure aggregation: confirms who is in the sum, and reveals the shares that
 * open it. The set and the answer are durable before anything of them is sent; another set is
 * refused from then on, by this process and by any later one. Used by one thread at a time.
 */
public final class UnmaskDriver {

  /** How long after the last upload a coordinator may take to settle who is in the sum. */
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final String NOT_ASKED = "the round did not ask for what opens its sum in time";

  private final CoordinatorLink link;
  private final RoundRetry retry;
  private final LongPoll poll;
  private final StepKeeper steps;
  private final RoundIdentity identity;
  private @Nullable UnmaskRequest asked;

  public UnmaskDriver(
      CoordinatorLink link,
      RoundRetry retry,
      LongPoll poll,
      StepKeeper steps,
      RoundIdentity identity) {
    this.link = link;
    this.retry = retry;
    this.poll = poll;
    this.steps = steps;
    this.identity = identity;
  }

  /** A round without keys needs nothing more of a device whose update it has. */
  public DeviceEvent awaitRelease(RoundId round)
      throws CoordinatorException, SessionRefusedException, InterruptedException {
    Optional<KeptStep> kept = steps.stepIn(round);
    if (kept.isEmpty()) {
      return new DeviceEvent.RoundReleased();
    }
    retry.extendBy(PATIENCE);
    try {
      asked =
          kept.get().terms().parameters().confirmation()
                  && kept.get().step() instanceof UpdateSent sent
              ? confirm(kept.get(), sent)
              : request(round);
      return new DeviceEvent.UnmaskRequested();
    } catch (RefusedException refused) {
      if (isOver(refused)) {
        return new DeviceEvent.RoundReleased();
      }
      throw refused;
    }
  }

  private UnmaskRequest confirm(KeptStep kept, UpdateSent sent)
      throws CoordinatorException, SessionRefusedException, InterruptedException {
    RoundId round = kept.manifest().roundId();
    var announced = poll.until(wait -> link.survivors(round, wait), NOT_ASKED);
    UpdateSent confirmed = sent.confirm(announced);
    steps.keep(kept.then(confirmed));
    var confirmation = confirmed.confirmation(identity.in(kept.manifest()));
    return poll.send(
        wait -> link.confirm(round, confirmation, wait),
        wait -> link.unmasking(round, wait),
        NOT_ASKED);
  }

  private UnmaskRequest request(RoundId round) throws CoordinatorException, InterruptedException {
    return poll.until(wait -> link.unmasking(round, wait), NOT_ASKED);
  }

  /** Answers, or repeats the answer of an earlier process to the very same question. */
  public DeviceEvent reveal(RoundId round)
      throws CoordinatorException,
          SessionRefusedException,
          KeysLostException,
          InterruptedException {
    KeptStep kept = steps.stepIn(round).orElseThrow(() -> new KeysLostException(round));
    try {
      UnmaskRequest known = asked;
      UnmaskRequest request = known == null ? request(round) : known;
      SharesRevealed revealed = revealed(kept, request);
      var answer = revealed.answer(request);
      retry.send(() -> link.reveal(round, answer));
    } catch (RefusedException refused) {
      if (!isOver(refused)) {
        throw refused;
      }
    }
    return new DeviceEvent.SharesRevealed();
  }

  private SharesRevealed revealed(KeptStep kept, UnmaskRequest request)
      throws SessionRefusedException {
    if (kept.step() instanceof SharesRevealed before) {
      return before;
    }
    if (kept.step() instanceof UpdateSent sent) {
      SharesRevealed revealed = sent.reveal(request, identity.in(kept.manifest()));
      steps.keep(kept.then(revealed));
      return revealed;
    }
    throw new BugException("expected an update that was sent, kept is " + kept);
  }

  /** The sum was opened without this device's help; its update is in it all the same. */
  private static boolean isOver(RefusedException refused) {
    return refused.reason().filter(RejectReason.ROUND_CLOSED::equals).isPresent();
  }
}
