package dev.tributary.client;

import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.model.Safetensors;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.round.KeyExchangeDriver;
import dev.tributary.client.round.KeysLostException;
import dev.tributary.client.round.LongPoll;
import dev.tributary.client.round.RoundIdentity;
import dev.tributary.client.round.RoundRetry;
import dev.tributary.client.round.SessionKeeper;
import dev.tributary.client.round.SignedUpdate;
import dev.tributary.client.round.StepKeeper;
import dev.tributary.client.round.UnmaskDriver;
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
import dev.tributary.client.transport.link.UpdateUpload;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.List;
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

  /**
   * How long to go on, at least, in a round whose deadlines were forgotten with the last process.
   */
  private static final Duration AFTER_RESTART = Duration.ofMinutes(10);

  private final Surroundings surroundings;
  private final CoordinatorLink link;
  private final SessionStore store;
  private final SessionKeeper keeper;
  private final UpdateBuilder builder;
  private final RoundRetry retry;
  private final LongPoll poll;
  private final Consent consent;
  private final StepKeeper steps;
  private final KeyExchangeDriver keys;
  private final UnmaskDriver unmasking;
  private final RoundFaults faults;
  private @Nullable RoundManifest manifest;
  private boolean builtInThisProcess;

  RoundDriver(
      Surroundings surroundings, CoordinatorLink link, SessionStore store, SessionKeeper keeper) {
    this.surroundings = surroundings;
    this.link = link;
    this.store = store;
    this.keeper = keeper;
    this.builder = new UpdateBuilder(surroundings.trainer());
    this.retry = surroundings.retry();
    retry.deadlineIn(AFTER_RESTART);
    this.poll = new LongPoll(retry, surroundings.clock());
    this.steps = new StepKeeper(store);
    this.faults = new RoundFaults(surroundings, retry, keeper);
    var identity =
        new RoundIdentity(store.keyPair(), keeper, surroundings.privacy(), surroundings.clock());
    this.keys = new KeyExchangeDriver(link, poll, keeper, steps, identity);
    this.consent = new Consent(surroundings, keeper, keys);
    this.unmasking = new UnmaskDriver(link, retry, poll, steps, identity);
  }

  /** Bounds the wait for the round's beginning. */
  void placeHeldFor(Duration time) {
    retry.deadlineIn(time);
  }

  @Override
  public DeviceEvent awaitManifest(RoundId round) throws InterruptedException {
    return faults.eventOf(
        () -> {
          RoundManifest received = fetchManifest(round);
          Optional<DeviceFailed> refusal = consent.refusal(received);
          return refusal.isPresent()
              ? refusal.get()
              : new DeviceEvent.TermsAccepted(
                  ContentDigest.ofBytes(received.digest()),
                  RoundProtocol.of(received.protocol()).needsKeyExchange());
        });
  }

  private RoundManifest fetchManifest(RoundId round)
      throws CoordinatorException, InterruptedException {
    RoundManifest received =
        poll.until(
            wait -> link.manifest(round, wait),
            "the round did not begin while this device's place was held");
    manifest = received;
    retry.deadlineIn(Duration.ofMillis(received.reportingDeadlineMillis()));
    return received;
  }

  @Override
  public DeviceEvent exchangeKeys(RoundId round, ContentDigest agreed) throws InterruptedException {
    return faults.eventOf(() -> keys.exchange(agreedManifest(round, agreed)));
  }

  @Override
  public DeviceEvent awaitPeers(RoundId round, ContentDigest agreed) throws InterruptedException {
    return faults.eventOf(() -> keys.awaitPeers(agreedManifest(round, agreed)));
  }

  @Override
  public DeviceEvent buildUpdate(RoundId round, ContentDigest agreed) throws InterruptedException {
    return faults.eventOf(
        () -> {
          Optional<SignedUpdate> before = keys.signed(round);
          if (before.isPresent()) { // an earlier process came further
            return contributed(
                round, before.get().upload(), before.get().digest(), before.get().lengthBytes());
          }
          RoundManifest terms = agreedManifest(round, agreed);
          return keep(round, build(terms, model(terms)));
        });
  }

  private ModelState model(RoundManifest terms)
      throws CoordinatorException, RoundFaults.UnusableModelException, InterruptedException {
    try {
      return Safetensors.read(
          retry.untilDeadline(
              new ModelDownload(
                      link, surroundings.modelFolder(), terms.modelDigest(), terms.modelBytes())
                  ::attempt));
    } catch (WrongModelException wrong) {
      throw new RoundFaults.UnusableModelException(String.valueOf(wrong.getMessage()));
    } catch (ClosedByInterruptException closing) {
      // The JDK closes a channel under an interrupted thread.
      Thread.interrupted();
      throw (InterruptedException)
          new InterruptedException("interrupted in a file").initCause(closing);
    } catch (IOException unreadable) {
      LOG.warn("the model of round {} cannot be used", terms.roundId(), unreadable);
      throw new RoundFaults.UnusableModelException("the model's file cannot be kept or read");
    }
  }

  private BuiltUpdate build(RoundManifest terms, ModelState model)
      throws TrainingFailedException, KeysLostException, InterruptedException {
    List<Mask> masks =
        RoundProtocol.of(terms.protocol()).needsKeyExchange()
            ? keys.masks(terms.roundId())
            : List.of();
    try {
      return builder.build(
          terms, model, surroundings.randomness().seedsFor(terms.roundId()), masks);
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
      throws CoordinatorException, RoundFaults.ManifestChangedException, InterruptedException {
    RoundManifest known = manifest;
    if (known == null || !known.roundId().equals(round)) {
      known = fetchManifest(round);
    }
    if (!ContentDigest.ofBytes(known.digest()).equals(agreed)) {
      throw new RoundFaults.ManifestChangedException(
          "the manifest of round " + round + " is not the one that was agreed to");
    }
    return known;
  }

  private DeviceEvent keep(RoundId round, BuiltUpdate built) {
    byte[] packed = built.masked().packed();
    UploadId upload = surroundings.randomness().uploadIdFor(round);
    ContentDigest digest = ContentDigest.of(packed);
    store.saveUpdate(upload, packed);
    keys.sign(round, upload, digest, packed.length);
    builtInThisProcess = true;
    Callbacks.run(
        surroundings.listener(), l -> l.built(round, built.exampleCount(), built.meanLoss()));
    return contributed(round, upload, digest, packed.length);
  }

  /**
   * From the moment that bytes may leave, the round counts as a participation, whether or not an
   * answer comes.
   */
  private DeviceEvent contributed(
      RoundId round, UploadId upload, ContentDigest update, long lengthBytes) {
    keeper.noteParticipation(new Participation(round, surroundings.clock().now()));
    return new DeviceEvent.UpdateBuilt(upload, update, lengthBytes);
  }

  @Override
  public DeviceEvent sendUpload(DeviceEffect.SendUpload effect) throws InterruptedException {
    Optional<DeviceFailed> ineligible = consent.ineligible();
    if (ineligible.isPresent()) {
      return ineligible.get();
    }
    if (!builtInThisProcess) {
      goOnAsLongAsTheRoundMay(effect.round());
    }
    byte[] packed = store.loadUpdate(effect.upload(), effect.lengthBytes(), effect.update());
    var upload =
        new UpdateUpload(
            link,
            effect.round(),
            effect.upload(),
            packed,
            effect.update(),
            keys.signed(effect.round()).map(SignedUpdate::signature),
            !builtInThisProcess);
    builtInThisProcess = false;
    return faults.eventOf(() -> received(retry.untilDeadline(upload::attempt)));
  }

  /** After a restart: a coordinator that is gone meanwhile costs the round only at its deadline. */
  private void goOnAsLongAsTheRoundMay(RoundId round) {
    keys.longestReporting(round)
        .filter(longest -> longest.compareTo(AFTER_RESTART) > 0)
        .ifPresent(retry::deadlineIn);
  }

  /**
   * The window that comes with the receipt is for after the round: nothing in it waits for that.
   */
  private DeviceEvent received(UploadReceipt receipt) {
    faults.noteWait(
        surroundings
            .schedule()
            .withinWindow(
                receipt.nextCheckInMinMillis(),
                receipt.nextCheckInMaxMillis(),
                surroundings.randomness().waits()));
    return receipt.counted()
        ? new DeviceEvent.UploadAcknowledged()
        : new RoundRefused("not-counted", "the coordinator has the update but did not count it");
  }

  @Override
  public DeviceEvent awaitRelease(RoundId round) throws InterruptedException {
    return faults.eventOf(() -> unmasking.awaitRelease(round));
  }

  @Override
  public DeviceEvent revealShares(RoundId round) throws InterruptedException {
    return faults.eventOf(() -> unmasking.reveal(round));
  }

  @Override
  public void discardUpdates() {
    store.discardUpdates();
  }

  @Override
  public void forgetRound() {
    store.discardUpdates();
    steps.erase();
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
}
