package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.coordinator.MaskRecovery;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.coordinator.schedule.ledger.ResumedRound.Said;
import dev.tributary.coordinator.schedule.work.SerialLane;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.identity.DeviceSignature;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's half of the session of one shard. Signatures, proofs and shares are too heavy
 * for the lane of the task, so everything here runs on a lane of its own over the workers, and
 * answers come back on the lane of the task. Holds keys and shares, never an update.
 */
final class ShardSession {
  private static final Logger LOG = LoggerFactory.getLogger(ShardSession.class);

  private final String name;
  private final Executor lane;
  private final Executor back;
  private final Function<byte[], DeviceSignature> signer;
  private @Nullable KeyCollection keys;
  private @Nullable Roster roster;
  private @Nullable ShareRelay relay;
  private @Nullable SurvivorSet survivors;
  private @Nullable ConfirmationCollection confirmations;
  private @Nullable UnmaskRequest request;
  private @Nullable UnmaskCollection unmasking;

  /** How far a shard has come with its shares. */
  record Revealed(Taken taken, boolean ready, String progress) {}

  /** How far a shard has come with its confirmations. */
  record Confirmed(Taken taken, boolean quorum) {}

  /** What came of a message that was taken once more. */
  record Repeated(boolean quorum, Optional<Revealed> revealed) {}

  /**
   * A session that takes keys.
   *
   * @param signer signs the roster with the key of the authority
   * @param back the lane of the task
   */
  ShardSession(
      String name,
      SessionTerms terms,
      Authority authority,
      Function<byte[], DeviceSignature> signer,
      Executor workers,
      Executor back) {
    this.name = name;
    this.lane = new SerialLane(name, workers);
    this.back = back;
    this.signer = signer;
    this.keys = new KeyCollection(terms, authority);
  }

  /** Something that is done on the session's lane. */
  interface Step<T> {
    T run() throws RejectedException;
  }

  /** Does a step; then one of the two hears of it, on the lane of the task. */
  <T> void ask(Step<T> step, Consumer<T> done, Consumer<RejectedException> refused) {
    lane.execute(
        () -> {
          T result;
          try {
            result = step.run();
          } catch (RejectedException e) {
            back.execute(() -> refused.accept(e));
            return;
          } catch (StoreException e) {
            LOG.warn("{}: a message could not be kept: {}", name, e.getMessage());
            var refusal = e.refusal().orElseGet(() -> defect(name));
            back.execute(() -> refused.accept(refusal));
            return;
          } catch (RuntimeException | Error e) {
            LOG.error("{}: a message met a defect", name, e);
            back.execute(() -> refused.accept(defect(name)));
            return;
          }
          back.execute(() -> done.accept(result));
        });
  }

  private static RejectedException defect(String name) {
    return new RejectedException(RejectReason.INTERNAL, name + ": a defect");
  }

  /** Does a step of our own, in which nothing can go wrong but by a defect. */
  <T> void command(Supplier<T> step, Consumer<T> done, Consumer<Throwable> failed) {
    lane.execute(
        () -> {
          T result;
          try {
            result = step.get();
          } catch (RuntimeException | Error e) {
            back.execute(() -> failed.accept(e));
            return;
          }
          back.execute(() -> done.accept(result));
        });
  }

  Taken advertise(DeviceId device, KeyAdvertisement advertised) throws RejectedException {
    var collection = here(keys);
    if (roster != null && !collection.contains(device)) {
      throw new RejectedException(
          RejectReason.ROUND_CLOSED, name + ": keys of device " + device + " came too late");
    }
    return collection.add(device, advertised);
  }

  /** Closes the roster over those who are in the round. */
  int closeRoster(Set<DeviceId> members) {
    var closed = there(keys).close(members, signer);
    roster = closed;
    relay = new ShareRelay(closed);
    return closed.size();
  }

  RosterAnswer rosterFor(DeviceId device) throws RejectedException {
    return here(roster).answerFor(place(device));
  }

  Taken share(DeviceId device, SealedShares shares) throws RejectedException {
    return here(relay).add(place(device), shares);
  }

  /** Hands out the shares of those who are in the round. */
  int closeShares(Set<DeviceId> members) {
    var closed = there(roster);
    there(relay).close(index -> members.contains(closed.device(index)));
    return there(relay).count();
  }

  ShareInbox inboxFor(DeviceId device) throws RejectedException {
    return here(relay).inboxFor(place(device));
  }

  boolean signedUpdate(DeviceId device, byte[] sha256, DeviceSignature signature)
      throws RejectedException {
    return here(roster).signedUpdate(place(device), sha256, signature);
  }

  /** Freezes the survivors, for their devices to confirm. */
  int announce(Set<DeviceId> members) {
    var frozen = frozen(members);
    confirmations = new ConfirmationCollection(there(roster), frozen);
    return frozen.count();
  }

  SurvivorsAnnounced announced() throws RejectedException {
    return SurvivorsAnnounced.of(here(survivors));
  }

  Confirmed confirm(DeviceId device, SurvivorsConfirmed confirmed) throws RejectedException {
    var collection = here(confirmations);
    var taken = collection.add(place(device), confirmed);
    return new Confirmed(taken, collection.isQuorum());
  }

  /** Freezes the survivors, if that was not done before, and takes shares from now on. */
  String unmask(Set<DeviceId> members) {
    var frozen = frozen(members);
    request = confirmations == null ? UnmaskRequest.of(frozen) : confirmations.request();
    unmasking = new UnmaskCollection(there(relay), frozen);
    return there(unmasking).progress();
  }

  UnmaskRequest request() throws RejectedException {
    return here(request);
  }

  Revealed reveal(DeviceId device, UnmaskAnswer answer) throws RejectedException {
    var collection = here(unmasking);
    var taken = collection.add(place(device), answer);
    return new Revealed(taken, collection.isReady(), collection.progress());
  }

  /** Takes once more what it took in another process. */
  Repeated repeat(Said said) throws RejectedException {
    DeviceId device = said.device();
    byte[] content = said.content();
    switch (said.step()) {
      case KEYS -> advertise(device, KeyAdvertisement.decode(content));
      case SHARES -> share(device, SealedShares.decode(content));
      case CONFIRMATION -> {
        var confirmed = confirm(device, SurvivorsConfirmed.decode(content));
        return new Repeated(confirmed.quorum(), Optional.empty());
      }
      case UNMASKING -> {
        return new Repeated(false, Optional.of(reveal(device, UnmaskAnswer.decode(content))));
      }
    }
    return new Repeated(false, Optional.empty());
  }

  /** The pieces of the work that gives the masks that are left in the sum. */
  List<Callable<List<Mask>>> recovery() {
    return new MaskRecovery(there(unmasking)).tasks();
  }

  /** Forgets everything, once what is under way is over. */
  void discard() {
    lane.execute(
        () -> {
          if (unmasking != null) {
            unmasking.destroy();
          }
          keys = null;
          roster = null;
          relay = null;
          survivors = null;
          confirmations = null;
          request = null;
          unmasking = null;
        });
  }

  private SurvivorSet frozen(Set<DeviceId> members) {
    var closed = there(roster);
    var set = SurvivorSet.of(closed.size(), index -> members.contains(closed.device(index)));
    if (survivors != null && !survivors.equals(set)) {
      throw new IllegalStateException(name + ": the survivors are frozen, and not those");
    }
    survivors = set;
    return set;
  }

  private int place(DeviceId device) throws RejectedException {
    return here(roster)
        .indexOf(device)
        .orElseThrow(
            () ->
                new RejectedException(
                    RejectReason.NOT_ADVERTISED,
                    name + ": device " + device + " is not in the roster"));
  }

  /** What a device asks about may not be there yet, or not any more. */
  private <T> T here(@Nullable T part) throws RejectedException {
    if (part == null) {
      throw keys == null
          ? new RejectedException(RejectReason.ROUND_CLOSED, name + ": it is over")
          : new RejectedException(
              RejectReason.WRONG_STATE, name + ": it has not come to this step");
    }
    return part;
  }

  /** What we do ourselves comes in order. */
  private <T> T there(@Nullable T part) {
    if (part == null) {
      throw new IllegalStateException(name + ": a step out of order");
    }
    return part;
  }
}
