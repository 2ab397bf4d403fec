package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.secagg.unmask.Confirmation;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Peers;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.merkle.MerkleHash;
import dev.tributary.security.merkle.MerkleMultiproof;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * That so many devices of the roster confirmed the survivors that no other set can have as many.
 */
final class ConfirmationCheck {

  private final SessionTerms terms;
  private final Peers peers;
  private final Authority authority;

  ConfirmationCheck(SessionTerms terms, Peers peers, Authority authority) {
    this.terms = terms;
    this.peers = peers;
    this.authority = authority;
  }

  void check(UnmaskRequest request, SurvivorSet survivors) throws SessionRefusedException {
    int quorum = terms.confirmationQuorum(peers.devices());
    if (request.confirmations().size() < quorum) {
      throw refused(
          "confirmations: expected at least " + quorum + ", got " + request.confirmations().size());
    }
    byte[] signed = new SessionBytes(terms).signedSurvivors(survivors);
    SortedMap<Integer, byte[]> leaves = new TreeMap<>();
    SortedMap<Integer, DeviceId> ids = new TreeMap<>();
    for (Confirmation confirmation : request.confirmations()) {
      Optional<DevicePublicKey> key = authority.certifiedKey(confirmation.certificate());
      if (confirmation.index() >= peers.devices()
          || !survivors.contains(confirmation.index())
          || key.isEmpty()
          || !authority.verifies(key.get(), signed, confirmation.signature())) {
        throw refused("confirmations: that of device " + confirmation.index() + " does not hold");
      }
      ids.put(confirmation.index(), DeviceId.of(key.get()));
      leaves.put(
          confirmation.index(),
          SessionBytes.rosterLeaf(
              confirmation.index(),
              DeviceId.of(key.get()),
              confirmation.certificate(),
              confirmation.keysDigest()));
    }
    if (!DeviceOrder.isAscending(ids)) {
      throw refused("confirmations: expected each device once, in the order of the roster");
    }
    var proof =
        new MerkleMultiproof(
            request.proof().stream().map(node -> MerkleHash.of(node.toByteArray())).toList());
    if (!proof.proves(leaves, peers.devices(), MerkleHash.of(peers.root().toByteArray()))) {
      throw refused("confirmations: some are of devices that do not stand in the roster");
    }
  }

  private static SessionRefusedException refused(String detail) {
    return new SessionRefusedException(RefusalReason.TOO_FEW_CONFIRMATIONS, detail);
  }
}
