package dev.tributary.aggregation.secagg.coordinator;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.identity.DeviceSignature;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** R0: the keys that devices advertise, until the roster is closed. For one thread at a time. */
public final class KeyCollection {

  private final SessionTerms terms;
  private final Authority authority;
  private final SortedMap<DeviceId, KeyAdvertisement> byDevice = new TreeMap<>();
  private final Map<DeviceId, DevicePublicKey> identities = new HashMap<>();
  private final Set<OpaqueBytes> keys = new HashSet<>();
  private boolean closed;

  public KeyCollection(SessionTerms terms, Authority authority) {
    this.terms = terms;
    this.authority = authority;
  }

  /**
   * Takes the keys of a device.
   *
   * @param device who sends them, as it proved
   * @throws RejectedException when they are not its own, not for this session, others than before,
   *     or late
   */
  public Taken add(DeviceId device, KeyAdvertisement advertised) throws RejectedException {
    KeyAdvertisement before = byDevice.get(device);
    if (before != null) {
      if (before.equals(advertised)) {
        return Taken.REPEATED;
      }
      throw new RejectedException(
          RejectReason.KEY_CONFLICT, "device " + device + " has advertised other keys before");
    }
    if (closed) {
      throw new RejectedException(
          RejectReason.ROUND_CLOSED, "keys of device " + device + " came too late");
    }
    DevicePublicKey identity = checked(device, advertised);
    if (keys.contains(advertised.channelKey())
        || keys.contains(advertised.maskKey())
        || advertised.channelKey().equals(advertised.maskKey())) {
      throw new RejectedException(
          RejectReason.KEY_CONFLICT,
          "device " + device + " advertises a key that is in the session already");
    }
    keys.add(advertised.channelKey());
    keys.add(advertised.maskKey());
    byDevice.put(device, advertised);
    identities.put(device, identity);
    return Taken.ACCEPTED;
  }

  /** How many devices have advertised. */
  public int count() {
    return byDevice.size();
  }

  /** Whether this device has. */
  public boolean contains(DeviceId device) {
    return byDevice.containsKey(device);
  }

  /**
   * Closes the roster.
   *
   * @param signer signs with the authority's key
   * @throws dev.tributary.aggregation.mask.graph.InfeasibleGraphException when so few devices, or
   *     these assumptions, have no graph
   * @throws IllegalArgumentException when there are fewer devices than any graph has
   */
  public Roster close(Function<byte[], DeviceSignature> signer) {
    return close(Set.copyOf(byDevice.keySet()), signer);
  }

  /**
   * Closes the roster over some of those who advertised: the others have left, or were late.
   *
   * @param members each of which has advertised
   * @param signer signs with the authority's key
   * @throws dev.tributary.aggregation.mask.graph.InfeasibleGraphException when so few devices, or
   *     these assumptions, have no graph
   * @throws IllegalArgumentException when there are fewer devices than any graph has, or one has
   *     not advertised
   */
  public Roster close(Set<DeviceId> members, Function<byte[], DeviceSignature> signer) {
    if (!byDevice.keySet().containsAll(members)) {
      throw new IllegalArgumentException("roster: expected devices that have advertised");
    }
    Roster roster =
        new Roster(
            terms,
            byDevice.entrySet().stream().filter(entry -> members.contains(entry.getKey())).toList(),
            Map.copyOf(identities),
            signer);
    closed = true;
    return roster;
  }

  private DevicePublicKey checked(DeviceId device, KeyAdvertisement advertised)
      throws RejectedException {
    DevicePublicKey identity =
        authority
            .certifiedKey(advertised.certificate())
            .filter(key -> DeviceId.of(key).equals(device))
            .orElseThrow(
                () ->
                    new RejectedException(
                        RejectReason.BAD_SIGNATURE,
                        "certificate: expected one of device " + device + " by this authority"));
    byte[] signed =
        new SessionBytes(terms).signedKeys(advertised.channelKey(), advertised.maskKey());
    if (!identity.verifies(signed, advertised.signature())) {
      throw new RejectedException(
          RejectReason.BAD_SIGNATURE,
          "keys: device " + device + " did not sign them for this session");
    }
    try {
      AgreementPublicKey.of(terms.suite(), advertised.channelKey().toByteArray());
      AgreementPublicKey.of(terms.suite(), advertised.maskKey().toByteArray());
    } catch (IllegalArgumentException e) {
      throw new RejectedException(RejectReason.FIELD_WRONG_FORM, String.valueOf(e.getMessage()));
    }
    return identity;
  }
}
