package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.mask.graph.InfeasibleGraphException;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Neighbour;
import dev.tributary.aggregation.secagg.device.kept.Neighbourhood;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.merkle.MerkleHash;
import dev.tributary.security.merkle.MerkleMultiproof;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a device checks of the roster before it deals a share: that the authority signed it, that
 * the device stands in it once with its own keys, that its neighbours are the ones that follow from
 * it, that each is certified and signed its keys for this session, and that the graph over so many
 * devices is as strong as the device asks for.
 */
final class RosterCheck {

  private final SessionTerms terms;
  private final SessionDevice device;
  private final SessionBytes layout;

  RosterCheck(SessionTerms terms, SessionDevice device) {
    this.terms = terms;
    this.device = device;
    this.layout = new SessionBytes(terms);
  }

  Neighbourhood check(RosterAnswer roster, KeyAdvertisement own) throws SessionRefusedException {
    Authority authority = device.authority();
    if (!authority.verifies(
        authority.rosterKey(),
        layout.signedRoster(roster.size(), roster.root()),
        roster.signature())) {
      throw refused(
          RefusalReason.ROSTER_NOT_SIGNED, "the roster's signature is not the authority's");
    }
    GraphParameters graph = parameters(roster.size());
    requireNeighbours(graph, roster);
    List<Neighbour> neighbours = new ArrayList<>();
    SortedMap<Integer, byte[]> leaves = new TreeMap<>();
    leaves.put(
        roster.index(),
        SessionBytes.rosterLeaf(roster.index(), DeviceId.of(device.keys().publicKey()), own));
    SortedMap<Integer, DeviceId> ids = new TreeMap<>();
    ids.put(roster.index(), DeviceId.of(device.keys().publicKey()));
    Set<OpaqueBytes> keys = new HashSet<>(List.of(own.channelKey(), own.maskKey()));
    for (RosterEntry entry : roster.neighbours()) {
      Neighbour neighbour = checked(entry, keys);
      neighbours.add(neighbour);
      ids.put(entry.index(), DeviceId.of(neighbour.identity()));
      leaves.put(
          entry.index(),
          SessionBytes.rosterLeaf(entry.index(), DeviceId.of(neighbour.identity()), entry.keys()));
    }
    requireOrder(ids);
    requireProven(roster, leaves);
    return new Neighbourhood(roster.size(), roster.root(), roster.index(), neighbours);
  }

  private GraphParameters parameters(int devices) throws SessionRefusedException {
    if (devices < terms.parameters().minimumSurvivors()) {
      throw refused(
          RefusalReason.WEAK_TERMS,
          "roster: expected at least the "
              + terms.parameters().minimumSurvivors()
              + " devices of a sum, got "
              + devices);
    }
    GraphParameters graph;
    try {
      graph = terms.graphParameters(devices);
    } catch (InfeasibleGraphException | IllegalArgumentException e) {
      throw refused(RefusalReason.WEAK_TERMS, String.valueOf(e.getMessage()));
    }
    device.floors().check(terms, graph);
    return graph;
  }

  private void requireNeighbours(GraphParameters graph, RosterAnswer roster)
      throws SessionRefusedException {
    int[] expected = terms.graph(graph, roster.root()).neighbours(roster.index());
    Arrays.sort(expected);
    int[] actual = roster.neighbours().stream().mapToInt(RosterEntry::index).toArray();
    if (!Arrays.equals(expected, actual)) {
      throw refused(
          RefusalReason.NEIGHBOURS_WRONG,
          "neighbours of device "
              + roster.index()
              + ": expected "
              + expected.length
              + " that follow from the roster, got "
              + actual.length
              + " of which some are others");
    }
  }

  private Neighbour checked(RosterEntry entry, Set<OpaqueBytes> keysSeen)
      throws SessionRefusedException {
    KeyAdvertisement keys = entry.keys();
    DevicePublicKey identity =
        device
            .authority()
            .certifiedKey(keys.certificate())
            .orElseThrow(
                () ->
                    refused(
                        RefusalReason.DEVICE_NOT_CERTIFIED,
                        "device " + entry.index() + " has no certificate of the authority"));
    byte[] signed = layout.signedKeys(keys.channelKey(), keys.maskKey());
    if (!device.authority().verifies(identity, signed, keys.signature())) {
      throw refused(
          RefusalReason.KEYS_NOT_SIGNED,
          "device " + entry.index() + " did not sign its keys for this session");
    }
    for (OpaqueBytes key : List.of(keys.channelKey(), keys.maskKey())) {
      try {
        AgreementPublicKey.of(terms.suite(), key.toByteArray());
      } catch (IllegalArgumentException e) {
        throw refused(
            RefusalReason.KEYS_NOT_SIGNED, "device " + entry.index() + ": " + e.getMessage());
      }
      if (!keysSeen.add(key)) {
        throw refused(
            RefusalReason.KEYS_REPEATED,
            "device " + entry.index() + " has a key that stands in the roster already");
      }
    }
    return new Neighbour(entry.index(), identity, keys.channelKey(), keys.maskKey());
  }

  /**
   * The roster is in the order of ids, so nobody stands in it twice. Otherwise one corrupt device,
   * certified as it is, could sign many pairs of keys and be all the neighbours of a victim.
   */
  private static void requireOrder(SortedMap<Integer, DeviceId> ids)
      throws SessionRefusedException {
    if (!DeviceOrder.isAscending(ids)) {
      throw refused(
          RefusalReason.DEVICES_REPEATED,
          "roster: expected devices in the order of their ids, each once");
    }
  }

  private static void requireProven(RosterAnswer roster, SortedMap<Integer, byte[]> leaves)
      throws SessionRefusedException {
    var proof =
        new MerkleMultiproof(
            roster.proof().stream().map(node -> MerkleHash.of(node.toByteArray())).toList());
    if (!proof.proves(leaves, roster.size(), MerkleHash.of(roster.root().toByteArray()))) {
      throw refused(
          RefusalReason.ROSTER_NOT_PROVEN,
          "device "
              + roster.index()
              + " with its own keys and its "
              + roster.neighbours().size()
              + " neighbours do not stand in the roster that is signed");
    }
  }

  private static SessionRefusedException refused(RefusalReason reason, String detail) {
    return new SessionRefusedException(reason, detail);
  }
}
