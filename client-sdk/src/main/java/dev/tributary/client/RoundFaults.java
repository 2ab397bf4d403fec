package dev.tributary.client;

import dev.tributary.aggregation.protocol.RejectReason.Remedy;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.client.session.DeviceEvent.RoundRefused;
import dev.tributary.client.train.TrainingFailedException;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.RefusedException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the faults of a round: an event of the device's state machine, and how long to
 * stay away. Used by one thread at a time.
 */
final class RoundFaults {

  private static final Logger LOG = LoggerFactory.getLogger(RoundFaults.class);

  private final Surroundings surroundings;
  private final RoundRetry retry;
  private final SessionKeeper keeper;

  RoundFaults(Surroundings surroundings, RoundRetry retry, SessionKeeper keeper) {
    this.surroundings = surroundings;
    this.retry = retry;
    this.keeper = keeper;
  }

  /** Whatever goes wrong becomes an event of the machine. */
  DeviceEvent eventOf(Work work) throws InterruptedException {
    try {
      return work.run();
    } catch (CoordinatorException failure) {
      noteWait(retry.waitAfter(failure, remedyOf(failure)));
      return new RoundRefused(failure.code(), String.valueOf(failure.getMessage()));
    } catch (ManifestChangedException changed) {
      return failed(DeviceFailure.REFUSED_BY_POLICY, changed);
    } catch (UnusableModelException unusable) {
      return failed(DeviceFailure.MODEL_UNREADABLE, unusable);
    } catch (KeysLostException lost) {
      return failed(DeviceFailure.OUT_OF_RESOURCES, lost);
    } catch (SessionRefusedException refusal) {
      return refused(refusal);
    } catch (TrainingFailedException failure) {
      // The message may speak of the device's data, so it stays here.
      LOG.warn("training failed", failure);
      return new DeviceFailed(DeviceFailure.TRAINING_FAILED, "training failed");
    }
  }

  private static DeviceEvent failed(DeviceFailure failure, Exception cause) {
    return new DeviceFailed(failure, String.valueOf(cause.getMessage()));
  }

  /** What a device refuses is an attack, or looks like one: it stays away for long. */
  private DeviceEvent refused(SessionRefusedException refusal) {
    String detail = refusal.reason() + ": " + refusal.getMessage();
    LOG.warn("the device leaves its round: {}", detail);
    noteWait(surroundings.schedule().afterPermanentError(surroundings.randomness().waits()));
    return new DeviceFailed(
        refusal.reason() == RefusalReason.WEAK_TERMS
            ? DeviceFailure.REFUSED_BY_POLICY
            : DeviceFailure.PROTOCOL_VIOLATION,
        detail);
  }

  /** How long to stay away once the round is over. */
  void noteWait(Duration wait) {
    keeper.noteWait(surroundings.clock().now().plus(wait));
  }

  static Optional<Remedy> remedyOf(CoordinatorException failure) {
    return failure instanceof RefusedException refused
        ? refused.reason().map(reason -> reason.remedy())
        : Optional.empty();
  }

  /** One effect, with all that can go wrong in it. */
  interface Work {
    DeviceEvent run()
        throws CoordinatorException,
            ManifestChangedException,
            UnusableModelException,
            KeysLostException,
            SessionRefusedException,
            TrainingFailedException,
            InterruptedException;
  }

  static final class ManifestChangedException extends Exception {
    private static final long serialVersionUID = 1;

    ManifestChangedException(String message) {
      super(message);
    }
  }

  static final class UnusableModelException extends Exception {
    private static final long serialVersionUID = 1;

    UnusableModelException(String message) {
      super(message);
    }
  }
}
