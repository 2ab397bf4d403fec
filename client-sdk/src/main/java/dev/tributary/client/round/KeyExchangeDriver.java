package dev.tributary.client.round;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceEvent;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.security.BugException;
import dev.tributary.security.identity.DeviceSignature;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Steps R0 to R2 of secure aggregation, as far as they talk to the coordinator: keys, shares, and
 * the masks that come of them. Each step is durable before what belongs to it is sent, so that a
 * device that is restarted sends the same again and never makes other keys for the same round. Used
 * by one thread at a time.
 */
public final class KeyExchangeDriver {

  private final CoordinatorLink link;
  private final LongPoll poll;
  private final SessionKeeper keeper;
  private final StepKeeper steps;
  private final RoundIdentity identity;

  /**
   * Not the randomness that an application chose: masks cancel, so no result depends on these keys.
   */
  private final SecureRandom random = new SecureRandom();

  /** What came with the answer to this device's shares. */
  private @Nullable ShareInbox received;

  public KeyExchangeDriver(
      CoordinatorLink link,
      LongPoll poll,
      SessionKeeper keeper,
      StepKeeper steps,
      RoundIdentity identity) {
    this.link = link;
    this.poll = poll;
    this.keeper = keeper;
    this.steps = steps;
    this.identity = identity;
  }

  /** The digest of the manifest that keys were made for in a round, as long as they are kept. */
  public Optional<ContentDigest> termsOfKeys(RoundId round) {
    return steps.stepIn(round).map(KeptStep::digest);
  }

  /** R0 and R1: from no keys, or those of an earlier process, to shares at the coordinator. */
  public DeviceEvent exchange(RoundManifest terms)
      throws CoordinatorException,
          SessionRefusedException,
          KeysLostException,
          InterruptedException {
    RoundId round = terms.roundId();
    KeptStep kept = begun(terms);
    if (kept.step() instanceof KeysAdvertised advertised) {
      MaskAdder.warmUp(); // the other devices are not there yet either
      var roster =
          poll.send(
              wait -> link.advertise(round, advertised.advertisement(), wait),
              wait -> link.roster(round, wait),
              "the round's devices were not announced");
      kept = steps.keep(kept.then(advertised.deal(roster, identity.in(terms), random)));
    }
    if (kept.update().isEmpty()) { // otherwise an earlier process came further
      SharesDealt dealt = expected(SharesDealt.class, kept);
      received = poll.send(wait -> link.deal(round, dealt.shares(), wait)).orElse(null);
    }
    return new DeviceEvent.KeysExchanged();
  }

  /** A session id has one pair of keys, ever: also when the device had to forget them. */
  private KeptStep begun(RoundManifest terms) throws SessionRefusedException, KeysLostException {
    var manifest = ContentDigest.ofBytes(terms.digest());
    boolean hadKeys = keeper.current().sessions().contains(manifest);
    Optional<KeptStep> known = steps.stepIn(terms.roundId());
    boolean ofOtherTerms = known.isPresent() && !known.get().digest().equals(manifest);
    if (ofOtherTerms || (known.isEmpty() && hadKeys)) {
      throw new KeysLostException(terms.roundId());
    }
    KeptStep kept =
        known.isPresent()
            ? known.get()
            : steps.keep(
                KeptStep.of(
                    terms,
                    KeysAdvertised.begin(SessionTerms.of(terms), identity.in(terms), random)));
    keeper.noteKeysFor(manifest);
    return kept;
  }

  /**
   * R2: opens what the neighbours dealt, and agrees on masks with them. The masks are in memory
   * only: nothing is sent of them before the update that they hide is signed, and after a crash the
   * kept shares lead here again.
   */
  public DeviceEvent awaitPeers(RoundManifest terms)
      throws CoordinatorException,
          SessionRefusedException,
          KeysLostException,
          InterruptedException {
    RoundId round = terms.roundId();
    KeptStep kept = required(round);
    if (kept.step() instanceof SharesDealt dealt) {
      ShareInbox known = received;
      ShareInbox inbox =
          known != null
              ? known
              : poll.until(
                  wait -> link.inbox(round, wait), "the shares of the neighbours did not come");
      received = null;
      steps.hold(kept.then(dealt.agree(inbox, identity.in(terms))));
    }
    return new DeviceEvent.PeersAnnounced();
  }

  /**
   * How long the uploads of the round can go on from now on, as far as the terms that were kept
   * tell; the coordinator knows it better.
   */
  public Optional<Duration> longestReporting(RoundId round) {
    return steps
        .stepIn(round)
        .map(kept -> Duration.ofMillis(kept.manifest().reportingDeadlineMillis()));
  }

  /** What the update of this round is masked with; the masks stay the step's. */
  public List<Mask> masks(RoundId round) throws KeysLostException {
    return expected(MasksAgreed.class, required(round)).masks();
  }

  /**
   * Signs the finished update, after which there are no masks any more. Nothing to do in a round
   * without keys.
   *
   * @param update durable, and from now on the only one of this round
   */
  public void sign(RoundId round, UploadId upload, ContentDigest update, long lengthBytes) {
    Optional<KeptStep> kept = steps.stepIn(round);
    if (kept.isPresent() && kept.get().step() instanceof MasksAgreed agreed) {
      DeviceSignature signature = agreed.sign(update.bytes(), identity.in(kept.get().manifest()));
      steps.keep(
          kept.get().then(agreed.sent(), new SignedUpdate(upload, update, lengthBytes, signature)));
    }
  }

  /** The update that {@link #sign} was called with, by this process or an earlier one. */
  public Optional<SignedUpdate> signed(RoundId round) {
    return steps.stepIn(round).flatMap(KeptStep::update);
  }

  private KeptStep required(RoundId round) throws KeysLostException {
    return steps.stepIn(round).orElseThrow(() -> new KeysLostException(round));
  }

  private static <T> T expected(Class<T> step, KeptStep kept) {
    if (!step.isInstance(kept.step())) {
      throw new BugException("expected step " + step.getSimpleName() + ", kept is " + kept);
    }
    return step.cast(kept.step());
  }
}
