package dev.tributary.simulations.world;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.KeyCollection;
import dev.tributary.aggregation.secagg.coordinator.MaskRecovery;
import dev.tributary.aggregation.secagg.coordinator.Roster;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.aggregation.secagg.coordinator.UnrecoverableException;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.simulations.data.InsecureSeededRandom;
import dev.tributary.simulations.scenario.DropOutStep;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.SimulatedIdentities;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Both halves of the session of one round: the devices of its cohort, and the coordinator's side of
 * each step. All of it follows from the scenario's seed.
 *
 * <p>The devices' steps before an update ({@link #advertised} to {@link #sent}) may run side by
 * side for different devices; all else is for one thread, with nothing beside it.
 */
final class SecureExchange {

  private final Cohort cohort;
  private final SimulatedIdentities identities;
  private final long seed;
  private final SessionTerms terms;
  private final KeyCollection keys;
  private final Map<Integer, KeysAdvertised> advertised = new ConcurrentHashMap<>();
  private final Map<Integer, SharesDealt> dealt = new ConcurrentHashMap<>();
  private final Map<Integer, MasksAgreed> agreed = new ConcurrentHashMap<>();
  private final Map<Integer, UpdateSent> sent = new ConcurrentHashMap<>();
  private final LongAdder bytesUp = new LongAdder();
  private final LongAdder bytesDown = new LongAdder();
  private @Nullable Roster roster;
  private @Nullable ShareRelay relay;
  private @Nullable SurvivorSet survivors;
  private @Nullable UnmaskRequest request;

  SecureExchange(RoundManifest manifest, Cohort cohort, SimulatedIdentities identities, long seed) {
    this.cohort = cohort;
    this.identities = identities;
    this.seed = seed;
    this.terms = SessionTerms.of(manifest);
    this.keys = new KeyCollection(terms, identities.authority());
  }

  /** R0 of a device. */
  boolean advertise(int device) {
    try {
      var step =
          KeysAdvertised.begin(terms, identities.of(device), randomness("session keys", device));
      bytesUp.add(step.advertisement().encode().length);
      advertised.put(device, step);
      return true;
    } catch (SessionRefusedException refused) {
      return false;
    }
  }

  /** R0 at the coordinator. */
  void takeKeys(int device) throws RejectedException {
    keys.add(identities.idOf(device), in(advertised.get(device)).advertisement());
  }

  /** The roster is these. */
  void closeRoster(Set<DeviceId> members) {
    roster = keys.close(members, identities::sign);
    relay = new ShareRelay(roster);
  }

  /** Whether the device is in the roster. */
  boolean isMember(int device) {
    return placeOf(device).isPresent();
  }

  /** R1 of a device; false when it does not go on. */
  boolean deal(int device) {
    try {
      RosterAnswer answer = in(roster).answerFor(place(device));
      bytesDown.add(answer.encode().length);
      SharesDealt step =
          in(advertised.get(device))
              .deal(answer, identities.of(device), randomness("session shares", device));
      bytesUp.add(step.shares().encode().length);
      dealt.put(device, step);
      return true;
    } catch (SessionRefusedException refused) {
      return false;
    }
  }

  /** R1 at the coordinator. */
  void takeShares(int device) throws RejectedException {
    in(relay).add(place(device), in(dealt.get(device)).shares());
  }

  /** Masks are agreed on with these. */
  void closeShares(Set<DeviceId> members) {
    Roster closed = in(roster);
    in(relay).close(index -> members.contains(closed.device(index)));
  }

  /** R2 of a device, up to its masks; false when it does not go on. */
  boolean agree(int device) {
    try {
      ShareInbox inbox = in(relay).inboxFor(place(device));
      bytesDown.add(inbox.encode().length);
      agreed.put(device, in(dealt.get(device)).agree(inbox, identities.of(device)));
      return true;
    } catch (SessionRefusedException refused) {
      return false;
    }
  }

  /** What a device masks its update with, until it has sent it. */
  List<Mask> masksOf(int device) {
    return in(agreed.get(device)).masks();
  }

  /**
   * R2 of a device and at the coordinator: the update is signed, and the signature verified.
   *
   * @param sha256 of the packed update
   * @throws IllegalStateException when the signature does not hold
   */
  void send(int device, byte[] sha256) {
    MasksAgreed step = in(agreed.get(device));
    DeviceSignature signature = step.sign(sha256, identities.of(device));
    if (!in(roster).signedUpdate(place(device), sha256, signature)) {
      throw new IllegalStateException("the update of device " + device + " is not signed by it");
    }
    sent.put(device, step.sent());
  }

  /** R3: freezes the survivors and has them confirm; whether enough do. */
  boolean confirm(Set<DeviceId> alive) throws RejectedException {
    var collection = new ConfirmationCollection(in(roster), frozen(alive));
    SurvivorsAnnounced announced = SurvivorsAnnounced.of(frozen(alive));
    for (int device : reachable(alive)) {
      bytesDown.add(announced.encode().length);
      try {
        UpdateSent step = in(sent.get(device)).confirm(announced);
        sent.put(device, step);
        SurvivorsConfirmed confirmed = step.confirmation(identities.of(device));
        bytesUp.add(confirmed.encode().length);
        collection.add(place(device), confirmed);
      } catch (SessionRefusedException refused) {
        // it confirms nothing, and reveals nothing either
      }
    }
    if (collection.isQuorum()) {
      request = collection.request();
    }
    return collection.isQuorum();
  }

  /**
   * R4: the survivors reveal shares, and the masks that are left in the sum follow; empty when too
   * few do. The caller destroys the keys.
   */
  Optional<List<Mask>> unmask(Set<DeviceId> alive)
      throws RejectedException, UnrecoverableException {
    UnmaskRequest asked = request == null ? UnmaskRequest.of(frozen(alive)) : request;
    byte[] encoded = asked.encode();
    var collection = new UnmaskCollection(in(relay), frozen(alive));
    try {
      for (int device : reachable(alive)) {
        bytesDown.add(encoded.length);
        try {
          var step = in(sent.get(device)).reveal(asked, identities.of(device));
          UnmaskAnswer answer = step.answer();
          bytesUp.add(answer.encode().length);
          collection.add(place(device), answer);
          step.destroy();
        } catch (SessionRefusedException refused) {
          // a survivor that keeps its shares is one that is missing
        }
      }
      return collection.isReady()
          ? Optional.of(new MaskRecovery(collection).recoverAll())
          : Optional.empty();
    } finally {
      collection.destroy();
    }
  }

  /** Survivors that are heard of after their upload, in the order of their numbers. */
  private List<Integer> reachable(Set<DeviceId> alive) {
    return sent.keySet().stream()
        .filter(device -> alive.contains(identities.idOf(device)))
        .filter(device -> !cohort.dropsOut(device, DropOutStep.AFTER_UPLOAD))
        .sorted()
        .toList();
  }

  private SurvivorSet frozen(Set<DeviceId> alive) {
    if (survivors == null) {
      Roster closed = in(roster);
      survivors = SurvivorSet.of(closed.size(), index -> alive.contains(closed.device(index)));
    }
    return survivors;
  }

  /** Bytes of all messages that devices sent, without updates. */
  long bytesUp() {
    return bytesUp.sum();
  }

  /** Bytes of all messages that devices received, without models. */
  long bytesDown() {
    return bytesDown.sum();
  }

  private OptionalInt placeOf(int device) {
    return in(roster).indexOf(identities.idOf(device));
  }

  private int place(int device) {
    return placeOf(device).orElseThrow();
  }

  private SecureRandom randomness(String purpose, int device) {
    return InsecureSeededRandom.of(seed, purpose + " " + device, cohort.round());
  }

  private static <T> T in(@Nullable T step) {
    if (step == null) {
      throw new IllegalStateException("a step of the session was asked for before its turn");
    }
    return step;
  }
}
