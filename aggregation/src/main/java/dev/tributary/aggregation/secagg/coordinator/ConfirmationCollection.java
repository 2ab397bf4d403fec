package dev.tributary.aggregation.secagg.coordinator;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.unmask.Confirmation;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.security.identity.DeviceSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * R3: confirmations of the frozen survivors, until there are enough that no other set can have as
 * many. For one thread at a time.
 */
public final class ConfirmationCollection {

  private final Roster roster;
  private final SurvivorSet survivors;
  private final byte[] signed;
  private final SortedMap<Integer, DeviceSignature> signatures = new TreeMap<>();

  public ConfirmationCollection(Roster roster, SurvivorSet survivors) {
    this.roster = roster;
    this.survivors = survivors;
    this.signed = new SessionBytes(roster.terms()).signedSurvivors(survivors);
  }

  /**
   * Takes the confirmation of the device at a place.
   *
   * @throws RejectedException when it is not a survivor, or the signature does not hold
   */
  public Taken add(int index, SurvivorsConfirmed confirmed) throws RejectedException {
    if (!survivors.contains(index)) {
      throw new RejectedException(
          RejectReason.NOT_IN_ROUND,
          "device " + roster.device(index) + " is not among the survivors");
    }
    if (!roster.identity(index).verifies(signed, confirmed.signature())) {
      throw new RejectedException(
          RejectReason.BAD_SIGNATURE,
          "survivors: device " + roster.device(index) + " did not sign this set");
    }
    return signatures.putIfAbsent(index, confirmed.signature()) == null
        ? Taken.ACCEPTED
        : Taken.REPEATED;
  }

  /** Whether no other set can have as many. */
  public boolean isQuorum() {
    return signatures.size() >= quorum();
  }

  /** How many it takes. */
  public int quorum() {
    return roster.terms().confirmationQuorum(roster.size());
  }

  /** How many there are. */
  public int count() {
    return signatures.size();
  }

  /**
   * The request that carries a quorum of them.
   *
   * @throws IllegalStateException when there is none
   */
  public UnmaskRequest request() {
    if (!isQuorum()) {
      throw new IllegalStateException(
          "confirmations: expected " + quorum() + ", got " + signatures.size());
    }
    List<Confirmation> chosen = new ArrayList<>();
    for (var entry : signatures.entrySet()) {
      if (chosen.size() < quorum()) {
        int index = entry.getKey();
        KeyAdvertisement keys = roster.keys(index);
        chosen.add(
            new Confirmation(
                index,
                keys.certificate(),
                SessionBytes.keysDigest(keys.channelKey(), keys.maskKey()),
                entry.getValue()));
      }
    }
    return new UnmaskRequest(
        survivors.bitmap(),
        chosen,
        roster.proof(chosen.stream().mapToInt(Confirmation::index).toArray()));
  }
}
