package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.secagg.EnvelopeTree;
import dev.tributary.aggregation.secagg.PairwiseSecrets;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Neighbour;
import dev.tributary.aggregation.secagg.device.kept.Neighbourhood;
import dev.tributary.aggregation.secagg.device.kept.SharePair;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.agreement.Offer;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import dev.tributary.security.sharing.SecretShare;
import dev.tributary.security.sharing.SecretSplitter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Deals shares of a device's two secrets. All envelopes are signed together, by one signature over
 * the root of a tree of them: in {@code HYBRID} an encapsulation says nothing about who made it,
 * and a coordinator that put its own in place of a neighbour's would know the mask that comes of
 * it.
 */
final class ShareDealer {

  private final SessionTerms terms;
  private final SessionBytes layout;
  private final Neighbourhood neighbourhood;
  private final AgreementKeyPair channel;
  private final AgreementKeyPair mask;

  ShareDealer(
      SessionTerms terms,
      Neighbourhood neighbourhood,
      AgreementKeyPair channel,
      AgreementKeyPair mask) {
    this.terms = terms;
    this.layout = new SessionBytes(terms);
    this.neighbourhood = neighbourhood;
    this.channel = channel;
    this.mask = mask;
  }

  SealedShares deal(SecretBytes selfMaskSeed, SessionDevice device, SecureRandom random) {
    List<Neighbour> neighbours = neighbourhood.neighbours();
    int[] points = neighbours.stream().mapToInt(n -> n.index() + 1).toArray();
    byte[] selfShares = new byte[points.length * SecretShare.LENGTH_BYTES];
    byte[] maskShares = new byte[points.length * SecretShare.LENGTH_BYTES];
    try (SecretSplitter splitter =
        SecretSplitter.of(neighbourhood.parameters(terms).threshold(), points)) {
      split(splitter, selfMaskSeed, random, selfShares);
      split(splitter, mask.seed(), random, maskShares);
      PairwiseSecrets.prepare(channel, neighbours.stream().map(Neighbour::channelKey));
      List<SealedShare> sealed = new ArrayList<>(points.length);
      for (int i = 0; i < points.length; i++) {
        sealed.add(sealed(neighbours.get(i), share(selfShares, i), share(maskShares, i), random));
      }
      OpaqueBytes commitment = layout.selfMaskCommitment(selfMaskSeed);
      OpaqueBytes root = new EnvelopeTree(layout, sealed).root();
      return new SealedShares(
          commitment,
          sealed,
          device.keys().sign(layout.signedShares(neighbourhood.index(), commitment, root)));
    } finally {
      Arrays.fill(selfShares, (byte) 0);
      Arrays.fill(maskShares, (byte) 0);
    }
  }

  private static void split(
      SecretSplitter splitter, SecretBytes secret, SecureRandom random, byte[] shares) {
    secret.lend(
        InsecureSecretAccess.get(),
        bytes -> {
          splitter.split(bytes, 0, random, shares, 0);
          return shares.length;
        });
  }

  private static SecretBytes share(byte[] shares, int at) {
    int from = at * SecretShare.LENGTH_BYTES;
    byte[] one = Arrays.copyOfRange(shares, from, from + SecretShare.LENGTH_BYTES);
    SecretBytes share = SecretBytes.copyOf(one, InsecureSecretAccess.get());
    Arrays.fill(one, (byte) 0);
    return share;
  }

  private SealedShare sealed(
      Neighbour to, SecretBytes selfShare, SecretBytes maskShare, SecureRandom random) {
    int from = neighbourhood.index();
    Offer offer = channelOffer(to, random);
    SealingKey key =
        layout.boxKey(
            offer.secret(),
            from,
            to.index(),
            OpaqueBytes.of(channel.publicKey().toByteArray()),
            to.channelKey());
    SecretBytes content = SharePair.joined(selfShare, maskShare);
    try {
      return new SealedShare(
          to.index(),
          new ShareEnvelope(
              OpaqueBytes.of(key.seal(layout.boxAssociatedData(from, to.index()), content, random)),
              OpaqueBytes.of(offer.encapsulation()),
              maskEncapsulation(to),
              layout.shareHash(from, to.index(), ShareKind.SELF, selfShare),
              layout.shareHash(from, to.index(), ShareKind.MASK, maskShare)));
    } finally {
      offer.secret().destroy();
      key.destroy();
      content.destroy();
      selfShare.destroy();
      maskShare.destroy();
    }
  }

  private Offer channelOffer(Neighbour to, SecureRandom random) {
    SecretBytes coins = SecretBytes.random(AgreementKeyPair.COINS_LENGTH_BYTES, random);
    try {
      return channel.offer(
          AgreementPublicKey.of(terms.suite(), to.channelKey().toByteArray()), coins);
    } finally {
      coins.destroy();
    }
  }

  /** The lower index makes the encapsulation from which both derive their mask. */
  private OpaqueBytes maskEncapsulation(Neighbour to) {
    if (terms.suite().encapsulationLengthBytes() == 0 || neighbourhood.index() > to.index()) {
      return OpaqueBytes.EMPTY;
    }
    Offer offer = PairwiseSecrets.offer(layout, terms.suite(), mask, to.index(), to.maskKey());
    offer.secret().destroy();
    return OpaqueBytes.of(offer.encapsulation());
  }
}
