package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Messages;
import dev.tributary.aggregation.secagg.device.kept.Neighbourhood;
import dev.tributary.aggregation.secagg.device.kept.StepKind;
import dev.tributary.aggregation.secagg.device.kept.StepReader;
import dev.tributary.aggregation.secagg.device.kept.StepWriter;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.SecretBytes;
import java.security.SecureRandom;

/**
 * R0: has two fresh key pairs for this session, one that seals shares and one that masks, and
 * advertises their public halves. The first never depends on the second: the second's seed is what
 * the neighbours may come to open.
 */
public final class KeysAdvertised implements DeviceStep {

  private final SessionTerms terms;
  private final AgreementKeyPair channel;
  private final AgreementKeyPair mask;
  private final KeyAdvertisement advertisement;
  private boolean handedOver;

  private KeysAdvertised(
      SessionTerms terms,
      AgreementKeyPair channel,
      AgreementKeyPair mask,
      KeyAdvertisement advertisement) {
    this.terms = terms;
    this.channel = channel;
    this.mask = mask;
    this.advertisement = advertisement;
  }

  /**
   * Begins a session. A device does that once for a session, whatever happens: keys are never made
   * twice under one session id.
   *
   * @throws SessionRefusedException when the terms are below the device's floors
   */
  public static KeysAdvertised begin(SessionTerms terms, SessionDevice device, SecureRandom random)
      throws SessionRefusedException {
    device.floors().check(terms);
    AgreementKeyPair channel = AgreementKeyPair.generate(terms.suite(), random);
    AgreementKeyPair mask = AgreementKeyPair.generate(terms.suite(), random);
    OpaqueBytes channelKey = OpaqueBytes.of(channel.publicKey().toByteArray());
    OpaqueBytes maskKey = OpaqueBytes.of(mask.publicKey().toByteArray());
    DeviceSignature signature =
        device.keys().sign(new SessionBytes(terms).signedKeys(channelKey, maskKey));
    return new KeysAdvertised(
        terms,
        channel,
        mask,
        new KeyAdvertisement(device.certificate(), channelKey, maskKey, signature));
  }

  /** What to send: the same each time. */
  public KeyAdvertisement advertisement() {
    return advertisement;
  }

  /**
   * R1: checks the roster, and deals shares of a fresh self-mask seed and of the masking key's seed
   * to the neighbours. This step's secrets belong to the next one from now on.
   *
   * @throws SessionRefusedException when anything of the roster does not hold; this step stays
   * @throws IllegalStateException when it has dealt before: a device deals once
   */
  public SharesDealt deal(RosterAnswer roster, SessionDevice device, SecureRandom random)
      throws SessionRefusedException {
    Neighbourhood neighbourhood = new RosterCheck(terms, device).check(roster, advertisement);
    if (handedOver) {
      throw new IllegalStateException("this device has dealt its shares");
    }
    handedOver = true;
    return SharesDealt.deal(terms, neighbourhood, channel, mask, device, random);
  }

  @Override
  public SecretBytes encode() {
    return new StepWriter(StepKind.KEYS_ADVERTISED, terms)
        .secret(channel.seed())
        .secret(mask.seed())
        .bytes(OpaqueBytes.of(advertisement.encode()))
        .done();
  }

  static KeysAdvertised read(SessionTerms terms, StepReader in) {
    return new KeysAdvertised(
        terms,
        AgreementKeyPair.of(terms.suite(), in.secret()),
        AgreementKeyPair.of(terms.suite(), in.secret()),
        Messages.decoded(in.bytes(), KeyAdvertisement::decode));
  }

  @Override
  public void destroy() {
    channel.destroy();
    mask.destroy();
  }
}
