package dev.tributary.client;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.protocol.RejectReason.Remedy;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceEffect;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.client.session.DeviceEvent.RoundRefused;
import dev.tributary.client.store.ModelDownload;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.store.WrongModelException;
import dev.tributary.client.train.BuiltUpdate;
import dev.tributary.client.train.TrainingFailedException;
import dev.tributary.client.train.UpdateBuilder;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.client.transport.link.RefusedException;
import dev.tributary.client.transport.link.UpdateUpload;
import dev.tributary.security.BugException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what the device's state machine decides: talks to the coordinator, trains, and keeps the
 * update. Every fault becomes an event of the machine. Used by one thread at a time.
 */
final class RoundDriver implements DeviceEffect.Runner {

  private static final Logger LOG = LoggerFactory.getLogger(RoundDriver.class);
  private static final Duration LONG_POLL = Duration.ofSeconds(25);

  /** A long poll that comes back empty before this was not one. */
  private static final Duration EARLY = LONG_POLL.dividedBy(2);

  /** How long to go on in a round whose deadlines were forgotten with the last process. */
  private static final Duration AFTER_RESTART = Duration.ofMinutes(10);

  private final Surroundings surroundings;
  private final CoordinatorLink link;
  private final SessionStore store;
  private final SessionKeeper keeper;
  private final UpdateBuilder builder;
  private final RoundRetry retry;
  private @Nullable RoundManifest manifest;
  private boolean builtInThisProcess;

  RoundDriver(
      Surroundings surroundings, CoordinatorLink link, SessionStore store, SessionKeeper keeper) {
    this.surroundings = surroundings;
    this.link = link;
    this.store = store;
    this.keeper = keeper;
    this.builder = new UpdateBuilder(surroundings.trainer());
    this.retry = new RoundRetry(surroundings);
    retry.deadlineIn(AFTER_RESTART);
  }

  /** Bounds the wait for the round's beginning. */
  void placeHeldFor(Duration time) {
    retry.deadlineIn(time);
  }

  @Override
  public DeviceEvent awaitManifest(RoundId round) throws InterruptedException {
    try {
      RoundManifest received = fetchManifest(round);
      Optional<DeviceEvent> refusal = refusal(received);
      if (refusal.isPresent()) {
        return refusal.get();
      }
      return new DeviceEvent.TermsAccepted(
          ContentDigest.ofBytes(received.digest()),
          RoundProtocol.of(received.protocol()).needsKeyExchange());
    } catch (CoordinatorException failure) {
      return over(failure);
    }
  }

  private RoundManifest fetchManifest(RoundId round)
      throws CoordinatorException, InterruptedException {
    for (int early = 0; ; ) {
      long askedNanos = surroundings.clock().monotonicNanos();
      Optional<RoundManifest> answer = retry.untilDeadline(() -> link.manifest(round, LONG_POLL));
      if (answer.isPresent()) {
        RoundManifest received = answer.get();
        manifest = received;
        retry.deadlineIn(Duration.ofMillis(received.reportingDeadlineMillis()));
        return received;
      }
      retry.requireTimeLeft("the round did not begin while this device's place was held");
      if (surroundings.clock().monotonicNanos() - askedNanos < EARLY.toNanos()) {
        // Whoever answers a long poll at once must not make the device spin.
        retry.pauseWithinRound(++early);
      } else {
        early = 0;
      }
    }
  }

  private Optional<DeviceEvent> refusal(RoundManifest terms) {
    if (!terms.population().equals(keeper.current().population())) {
      return failed(
          DeviceFailure.REFUSED_BY_POLICY,
          "the round is of population "
              + terms.population()
              + ", this device of "
              + keeper.current().population());
    }
    if (terms.protocol() != ProtocolKind.PLAIN) {
      return failed(
          DeviceFailure.REFUSED_BY_POLICY,
          "the round is of protocol "
              + terms.protocol()
              + ", this device takes part in "
              + ProtocolKind.PLAIN
              + " only");
    }
    if (terms.modelBytes() > surroundings.maximumModelBytes()
        || terms.uploadBytes() > surroundings.maximumModelBytes()) {
      return failed(
          DeviceFailure.OUT_OF_RESOURCES,
          "the model has "
              + terms.modelBytes()
              + " bytes and its update "
              + terms.uploadBytes()
              + "; this device takes at most "
              + surroundings.maximumModelBytes());
    }
    Optional<String> unwilling =
        surroundings
            .privacy()
            .refusal(terms, keeper.current().history(), surroundings.clock().now());
    if (unwilling.isPresent()) {
      return failed(DeviceFailure.REFUSED_BY_POLICY, unwilling.get());
    }
    return ineligible();
  }

  private Optional<DeviceEvent> ineligible() {
    return surroundings
        .ineligibility()
        .flatMap(why -> failed(DeviceFailure.NOT_ELIGIBLE_ANY_MORE, why));
  }

  private static Optional<DeviceEvent> failed(DeviceFailure failure, String detail) {
    return Optional.of(new DeviceFailed(failure, detail));
  }

  @Override
  public DeviceEvent buildUpdate(RoundId round, ContentDigest agreed) throws InterruptedException {
    try {
      RoundManifest terms = agreedManifest(round, agreed);
      Path file =
          retry.untilDeadline(
              new ModelDownload(
                      link, surroundings.modelFolder(), terms.modelDigest(), terms.modelBytes())
                  ::attempt);
      ModelState model = Safetensors.read(file);
      return keep(round, build(terms, model));
    } catch (CoordinatorException failure) {
      return over(failure);
    } catch (WrongModelException wrong) {
      return new DeviceFailed(DeviceFailure.MODEL_UNREADABLE, String.valueOf(wrong.getMessage()));
    } catch (ManifestChangedException changed) {
      return new DeviceFailed(
          DeviceFailure.REFUSED_BY_POLICY, String.valueOf(changed.getMessage()));
    } catch (ClosedByInterruptException closing) {
      // The JDK closes a channel under an interrupted thread.
      Thread.interrupted();
      throw (InterruptedException)
          new InterruptedException("interrupted in a file").initCause(closing);
    } catch (IOException unreadable) {
      LOG.warn("the model of round {} cannot be used", round, unreadable);
      return new DeviceFailed(
          DeviceFailure.MODEL_UNREADABLE, "the model's file cannot be kept or read");
    } catch (TrainingFailedException failure) {
      // The message may speak of the device's data, so it stays here.
      LOG.warn("training in round {} failed", round, failure);
      return new DeviceFailed(DeviceFailure.TRAINING_FAILED, "training failed");
    }
  }

  private BuiltUpdate build(RoundManifest terms, ModelState model)
      throws TrainingFailedException, InterruptedException {
    try {
      return builder.build(terms, model, surroundings.randomness().seedsFor(terms.roundId()));
    } catch (RuntimeException broken) {
      // The trainer is the application's: its defects cost the device this round, not its process.
      throw new TrainingFailedException("the trainer is broken", broken);
    }
  }

  /**
   * What was agreed before a restart must be what the coordinator says now, or it changed the terms
   * after consent.
   */
  private RoundManifest agreedManifest(RoundId round, ContentDigest agreed)
      throws CoordinatorException, ManifestChangedException, InterruptedException {
    RoundManifest known = manifest;
    if (known == null || !known.roundId().equals(round)) {
      known = fetchManifest(round);
    }
    if (!ContentDigest.ofBytes(known.digest()).equals(agreed)) {
      throw new ManifestChangedException(
          "the manifest of round " + round + " is not the one that was agreed to");
    }
    return known;
  }

  private DeviceEvent keep(RoundId round, BuiltUpdate built) {
    byte[] packed = built.masked().packed();
    UploadId upload = surroundings.randomness().uploadIdFor(round);
    store.saveUpdate(upload, packed);
    builtInThisProcess = true;
    Callbacks.run(
        surroundings.listener(), l -> l.built(round, built.exampleCount(), built.meanLoss()));
    // From the moment that bytes may leave, the round counts as a participation, whether or not an
    // answer comes.
    keeper.noteParticipation(new Participation(round, surroundings.clock().now()));
    return new DeviceEvent.UpdateBuilt(upload, ContentDigest.of(packed), packed.length);
  }

  @Override
  public DeviceEvent sendUpload(DeviceEffect.SendUpload effect) throws InterruptedException {
    Optional<DeviceEvent> ineligible = ineligible();
    if (ineligible.isPresent()) {
      return ineligible.get();
    }
    byte[] packed = store.loadUpdate(effect.upload(), effect.lengthBytes(), effect.update());
    var upload =
        new UpdateUpload(
            link, effect.round(), effect.upload(), packed, effect.update(), !builtInThisProcess);
    builtInThisProcess = false;
    try {
      UploadReceipt receipt = retry.untilDeadline(upload::attempt);
      keeper.noteWait(
          surroundings
              .clock()
              .now()
              .plus(
                  surroundings
                      .schedule()
                      .withinWindow(
                          receipt.nextCheckInMinMillis(),
                          receipt.nextCheckInMaxMillis(),
                          surroundings.randomness().waits())));
      return receipt.counted()
          ? new DeviceEvent.UploadAcknowledged()
          : new RoundRefused("not-counted", "the coordinator has the update but did not count it");
    } catch (CoordinatorException failure) {
      return over(failure);
    }
  }

  @Override
  public DeviceEvent awaitRelease(RoundId round) {
    return new DeviceEvent.RoundReleased();
  }

  @Override
  public DeviceEvent exchangeKeys(RoundId round, ContentDigest agreed) {
    throw new BugException("no round protocol of this version exchanges keys");
  }

  @Override
  public DeviceEvent awaitPeers(RoundId round) {
    throw new BugException("no round protocol of this version has peers");
  }

  @Override
  public DeviceEvent revealShares(RoundId round) {
    throw new BugException("no round protocol of this version has shares");
  }

  @Override
  public void discardUpdates() {
    store.discardUpdates();
  }

  @Override
  public void reportFailure(RoundId round, DeviceFailure failure, String detail)
      throws InterruptedException {
    try {
      link.reportFailure(round, FailureReport.of(failure, detail));
    } catch (CoordinatorException unreported) {
      LOG.info("leaving round {} could not be reported: {}", round, unreported.getMessage());
    }
  }

  private DeviceEvent over(CoordinatorException failure) {
    Duration wait = retry.waitAfter(failure, remedyOf(failure));
    keeper.noteWait(surroundings.clock().now().plus(wait));
    return new RoundRefused(failure.code(), String.valueOf(failure.getMessage()));
  }

  static Optional<Remedy> remedyOf(CoordinatorException failure) {
    return failure instanceof RefusedException refused
        ? refused.reason().map(reason -> reason.remedy())
        : Optional.empty();
  }

  private static final class ManifestChangedException extends Exception {
    private static final long serialVersionUID = 1;

    ManifestChangedException(String message) {
      super(message);
    }
  }
}
