package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Messages;
import dev.tributary.aggregation.secagg.device.kept.Neighbourhood;
import dev.tributary.aggregation.secagg.device.kept.StepKind;
import dev.tributary.aggregation.secagg.device.kept.StepReader;
import dev.tributary.aggregation.secagg.device.kept.StepWriter;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.secret.SecretBytes;
import java.security.SecureRandom;

/**
 * R1: has dealt shares of two secrets to its neighbours, each in a box that only its recipient
 * opens: of the seed of its self mask, and of the seed of its masking key.
 */
public final class SharesDealt implements DeviceStep {

  private final SessionTerms terms;
  private final Neighbourhood neighbourhood;
  private final AgreementKeyPair channel;
  private final AgreementKeyPair mask;
  private final SecretBytes selfMaskSeed;
  private final SealedShares shares;

  private SharesDealt(
      SessionTerms terms,
      Neighbourhood neighbourhood,
      AgreementKeyPair channel,
      AgreementKeyPair mask,
      SecretBytes selfMaskSeed,
      SealedShares shares) {
    this.terms = terms;
    this.neighbourhood = neighbourhood;
    this.channel = channel;
    this.mask = mask;
    this.selfMaskSeed = selfMaskSeed;
    this.shares = shares;
  }

  static SharesDealt deal(
      SessionTerms terms,
      Neighbourhood neighbourhood,
      AgreementKeyPair channel,
      AgreementKeyPair mask,
      SessionDevice device,
      SecureRandom random) {
    SecretBytes selfMaskSeed = SecretBytes.random(AgreementKeyPair.SEED_LENGTH_BYTES, random);
    SealedShares shares =
        new ShareDealer(terms, neighbourhood, channel, mask).deal(selfMaskSeed, device, random);
    return new SharesDealt(terms, neighbourhood, channel, mask, selfMaskSeed, shares);
  }

  /** What to send: the same each time. */
  public SealedShares shares() {
    return shares;
  }

  /** This device's place in the roster. */
  public int index() {
    return neighbourhood.index();
  }

  /** n, the devices in the roster. */
  public int devices() {
    return neighbourhood.devices();
  }

  /**
   * Opens what the neighbours dealt, and agrees on a mask with each of them. This step's secrets
   * are destroyed: their shares are with the neighbours.
   *
   * @throws SessionRefusedException when shares are not from who they are said to be from, or from
   *     too few; this step stays
   */
  public MasksAgreed agree(ShareInbox inbox, SessionDevice device) throws SessionRefusedException {
    MasksAgreed agreed =
        new InboxOpener(terms, neighbourhood, channel, mask, device.authority())
            .open(inbox, selfMaskSeed);
    destroy();
    return agreed;
  }

  @Override
  public SecretBytes encode() {
    var out = new StepWriter(StepKind.SHARES_DEALT, terms);
    neighbourhood.write(out);
    return out.secret(channel.seed())
        .secret(mask.seed())
        .secret(selfMaskSeed)
        .bytes(OpaqueBytes.of(shares.encode()))
        .done();
  }

  static SharesDealt read(SessionTerms terms, StepReader in) {
    return new SharesDealt(
        terms,
        Neighbourhood.read(in),
        AgreementKeyPair.of(terms.suite(), in.secret()),
        AgreementKeyPair.of(terms.suite(), in.secret()),
        in.secret(),
        Messages.decoded(in.bytes(), SealedShares::decode));
  }

  @Override
  public void destroy() {
    channel.destroy();
    mask.destroy();
    selfMaskSeed.destroy();
  }
}
