package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.mask.graph.GraphParameters;
import dev.tributary.aggregation.mask.graph.NeighbourGraph;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.secagg.Authority;
import dev.tributary.aggregation.secagg.EnvelopeTree;
import dev.tributary.aggregation.secagg.PairwiseSecrets;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Neighbour;
import dev.tributary.aggregation.secagg.device.kept.Neighbourhood;
import dev.tributary.aggregation.secagg.device.kept.Peers;
import dev.tributary.aggregation.secagg.device.kept.SharePair;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Opens the boxes that the neighbours dealt, and agrees on a mask with every one of them.
 *
 * <p>A signature that does not hold is the coordinator's doing, which checked it before: the device
 * stops. A box that does not open, or holds other shares than its dealer committed to, is the
 * dealer's: the share is missing, and only the dealer's own secrets are the harder to open for it.
 */
final class InboxOpener {

  private final SessionTerms terms;
  private final SessionBytes layout;
  private final Neighbourhood neighbourhood;
  private final AgreementKeyPair channel;
  private final AgreementKeyPair mask;
  private final Authority authority;

  InboxOpener(
      SessionTerms terms,
      Neighbourhood neighbourhood,
      AgreementKeyPair channel,
      AgreementKeyPair mask,
      Authority authority) {
    this.terms = terms;
    this.layout = new SessionBytes(terms);
    this.neighbourhood = neighbourhood;
    this.channel = channel;
    this.mask = mask;
    this.authority = authority;
  }

  MasksAgreed open(ShareInbox inbox, SecretBytes selfMaskSeed) throws SessionRefusedException {
    GraphParameters parameters = neighbourhood.parameters(terms);
    if (inbox.shares().size() < parameters.aliveFloor()) {
      throw new SessionRefusedException(
          RefusalReason.TOO_FEW_NEIGHBOURS,
          "shares: expected from at least "
              + parameters.aliveFloor()
              + " neighbours, got "
              + inbox.shares().size());
    }
    NeighbourGraph graph = terms.graph(parameters, neighbourhood.root());
    List<Neighbour> dealers = new ArrayList<>();
    for (ReceivedShare received : inbox.shares()) {
      dealers.add(verified(graph, parameters.degree(), received));
    }
    List<SharePair> held = new ArrayList<>();
    List<Mask> masks = new ArrayList<>();
    boolean complete = false;
    try {
      masks.add(layout.selfMask(selfMaskSeed, neighbourhood.index()));
      PairwiseSecrets.prepare(channel, dealers.stream().map(Neighbour::channelKey));
      PairwiseSecrets.prepare(mask, dealers.stream().map(Neighbour::maskKey));
      for (int i = 0; i < dealers.size(); i++) {
        ShareEnvelope envelope = inbox.shares().get(i).envelope();
        opened(dealers.get(i), envelope).ifPresent(held::add);
        masks.add(agreed(dealers.get(i), envelope));
      }
      complete = true;
    } finally {
      if (!complete) {
        held.forEach(SharePair::destroy);
        masks.forEach(mask -> mask.key().destroy());
      }
    }
    List<Integer> peers = dealers.stream().map(Neighbour::index).toList();
    return new MasksAgreed(
        terms,
        new Peers(
            neighbourhood.devices(), neighbourhood.root(), neighbourhood.index(), peers, held),
        masks);
  }

  private Neighbour verified(NeighbourGraph graph, int degree, ReceivedShare received)
      throws SessionRefusedException {
    Neighbour dealer =
        neighbourhood
            .neighbour(received.sender())
            .orElseThrow(
                () ->
                    new SessionRefusedException(
                        RefusalReason.NEIGHBOURS_WRONG,
                        "shares: expected from neighbours, got from device " + received.sender()));
    int own = neighbourhood.index();
    Optional<OpaqueBytes> root =
        EnvelopeTree.root(
            layout.envelopeLeaf(own, received.envelope()),
            Neighbourhood.rank(graph, dealer.index(), own),
            degree,
            received.proof());
    boolean sizesFit = received.envelope().fits(terms.suite(), dealer.index() < own);
    if (!sizesFit
        || root.isEmpty()
        || !authority.verifies(
            dealer.identity(),
            layout.signedShares(dealer.index(), received.selfMaskCommitment(), root.get()),
            received.signature())) {
      throw new SessionRefusedException(
          RefusalReason.SHARES_NOT_SIGNED,
          "shares: device " + dealer.index() + " did not sign what is said to be from it");
    }
    return dealer;
  }

  private Optional<SharePair> opened(Neighbour dealer, ShareEnvelope envelope) {
    int own = neighbourhood.index();
    Optional<SecretBytes> content = content(dealer, envelope);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    SharePair pair = SharePair.split(dealer.index(), content.get());
    content.get().destroy();
    boolean committed =
        layout
                .shareHash(dealer.index(), own, ShareKind.SELF, pair.selfShare())
                .equals(envelope.selfShareHash())
            && layout
                .shareHash(dealer.index(), own, ShareKind.MASK, pair.maskShare())
                .equals(envelope.maskShareHash());
    if (!committed) {
      pair.destroy();
      return Optional.empty();
    }
    return Optional.of(pair);
  }

  private Optional<SecretBytes> content(Neighbour dealer, ShareEnvelope envelope) {
    int own = neighbourhood.index();
    SecretBytes secret;
    try {
      secret =
          channel.accept(
              AgreementPublicKey.of(terms.suite(), dealer.channelKey().toByteArray()),
              envelope.channelEncapsulation().toByteArray());
    } catch (IllegalArgumentException notAnEncapsulation) {
      return Optional.empty();
    }
    SealingKey key =
        layout.boxKey(
            secret,
            dealer.index(),
            own,
            dealer.channelKey(),
            OpaqueBytes.of(channel.publicKey().toByteArray()));
    try {
      return key.open(layout.boxAssociatedData(dealer.index(), own), envelope.box().toByteArray());
    } finally {
      secret.destroy();
      key.destroy();
    }
  }

  private Mask agreed(Neighbour peer, ShareEnvelope envelope) throws SessionRefusedException {
    int own = neighbourhood.index();
    SecretBytes secret;
    try {
      secret =
          own < peer.index()
              ? PairwiseSecrets.offer(layout, terms.suite(), mask, peer.index(), peer.maskKey())
                  .secret()
              : PairwiseSecrets.accept(
                  terms.suite(), mask, peer.maskKey(), envelope.maskEncapsulation());
    } catch (IllegalArgumentException e) {
      // The coordinator refuses such shares from their dealer, so it did not check, or is in league
      // with it. No mask can be agreed on, and without one the sum would be wrong.
      throw new SessionRefusedException(
          RefusalReason.SHARES_NOT_SIGNED,
          "shares: device " + peer.index() + " sent no valid encapsulation");
    }
    try {
      return layout.pairwiseMask(
          secret,
          own,
          peer.index(),
          OpaqueBytes.of(mask.publicKey().toByteArray()),
          peer.maskKey());
    } finally {
      secret.destroy();
    }
  }
}
