package dev.tributary.aggregation.secagg;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.security.Hkdf;
import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.security.MessageDigest;

/**
 * Everything of a session that is hashed, signed or derived, in one place: the byte layouts of
 * docs/protocol.md, section "Secure aggregation". Both halves and the test vectors use these and no
 * others. Pure; safe for any thread.
 */
public final class SessionBytes {

  private static final String PREFIX = "tributary/sa/v1/";
  private static final byte[] NO_SALT = {};

  private final SessionId session;
  private final CipherSuite suite;

  /** The layouts of one session. */
  public SessionBytes(SessionTerms terms) {
    this.session = terms.session();
    this.suite = terms.suite();
  }

  private Transcript about(String what) {
    return Transcript.of(PREFIX + what).fixed(session.bytes());
  }

  /** R0: what a device signs of its two keys. */
  public byte[] signedKeys(OpaqueBytes channelKey, OpaqueBytes maskKey) {
    return about("keys").hashOf(channelKey).hashOf(maskKey).toByteArray();
  }

  /** SHA-256 of both keys of a device: what the roster holds of them. */
  public static OpaqueBytes keysDigest(OpaqueBytes channelKey, OpaqueBytes maskKey) {
    MessageDigest digest = Sha256.start();
    digest.update(channelKey.toByteArray());
    return OpaqueBytes.of(digest.digest(maskKey.toByteArray()));
  }

  /** The leaf of the roster's tree at {@code index}. */
  public static byte[] rosterLeaf(int index, DeviceId device, KeyAdvertisement keys) {
    return rosterLeaf(
        index, device, keys.certificate(), keysDigest(keys.channelKey(), keys.maskKey()));
  }

  /** The same leaf from what a confirmation carries. */
  public static byte[] rosterLeaf(
      int index, DeviceId device, OpaqueBytes certificate, OpaqueBytes keysDigest) {
    return Transcript.of("")
        .number(index)
        .fixed(device.toByteArray())
        .hashOf(certificate)
        .fixed(keysDigest)
        .toByteArray();
  }

  /** What the authority signs of a roster. */
  public byte[] signedRoster(int devices, OpaqueBytes root) {
    return about("roster").number(devices).fixed(root).toByteArray();
  }

  /** R1: the leaf of a dealer's tree for one recipient. */
  public byte[] envelopeLeaf(int recipient, ShareEnvelope envelope) {
    return Transcript.of("")
        .number(recipient)
        .hashOf(envelope.box())
        .hashOf(envelope.channelEncapsulation())
        .hashOf(envelope.maskEncapsulation())
        .fixed(envelope.selfShareHash())
        .fixed(envelope.maskShareHash())
        .toByteArray();
  }

  /** R1: what a dealer signs of all that it sends to its neighbours. */
  public byte[] signedShares(int dealer, OpaqueBytes selfMaskCommitment, OpaqueBytes root) {
    return about("shares").number(dealer).fixed(selfMaskCommitment).fixed(root).toByteArray();
  }

  /** What a device commits to of its self-mask seed. */
  public OpaqueBytes selfMaskCommitment(SecretBytes seed) {
    return OpaqueBytes.of(
        seed.lend(InsecureSecretAccess.get(), bytes -> about("self-mask").fixed(bytes).sha256()));
  }

  /** What a dealer commits to of one share. */
  public OpaqueBytes shareHash(int dealer, int recipient, ShareKind kind, SecretBytes share) {
    byte number = (byte) (kind == ShareKind.SELF ? 1 : 2);
    return OpaqueBytes.of(
        share.lend(
            InsecureSecretAccess.get(),
            bytes ->
                about("share-hash")
                    .number(dealer)
                    .number(recipient)
                    .fixed(new byte[] {number})
                    .fixed(bytes)
                    .sha256()));
  }

  /** The key of the box from a dealer to a recipient; {@code channelSecret} stays the caller's. */
  public SealingKey boxKey(
      SecretBytes channelSecret,
      int dealer,
      int recipient,
      OpaqueBytes dealerKey,
      OpaqueBytes recipientKey) {
    byte[] info =
        about("channel")
            .number(dealer)
            .number(recipient)
            .fixed(keysDigest(dealerKey, recipientKey))
            .toByteArray();
    return SealingKey.of(Hkdf.derive(NO_SALT, channelSecret, info, SealingKey.LENGTH_BYTES));
  }

  /** What a box says of itself without saying it. */
  public byte[] boxAssociatedData(int dealer, int recipient) {
    return about("box").number(dealer).number(recipient).toByteArray();
  }

  /** Names the one offer of a dealer's mask key to a peer. */
  public byte[] coinsContext(int peer) {
    return about("coins").number(peer).toByteArray();
  }

  /** The mask that {@code device} applies against {@code peer}: the lower index adds. */
  public Mask pairwiseMask(
      SecretBytes secret, int device, int peer, OpaqueBytes deviceKey, OpaqueBytes peerKey) {
    boolean lower = device < peer;
    byte[] info =
        about("mask")
            .number(Math.min(device, peer))
            .number(Math.max(device, peer))
            .fixed(lower ? keysDigest(deviceKey, peerKey) : keysDigest(peerKey, deviceKey))
            .toByteArray();
    SecretBytes key = Hkdf.derive(NO_SALT, secret, info, suite.streamCipher().keyLengthBytes());
    return lower ? Mask.added(key) : Mask.subtracted(key);
  }

  /** The mask that a device adds for itself. */
  public Mask selfMask(SecretBytes seed, int device) {
    byte[] info = about("self").number(device).toByteArray();
    return Mask.added(Hkdf.derive(NO_SALT, seed, info, suite.streamCipher().keyLengthBytes()));
  }

  /** R2: what a device signs of its masked update. */
  public byte[] signedUpdate(int device, byte[] sha256) {
    return about("update").number(device).fixed(sha256).toByteArray();
  }

  /** R3: what a device signs of who is in the sum. */
  public byte[] signedSurvivors(SurvivorSet survivors) {
    return about("confirm").number(survivors.size()).hashOf(survivors.bitmap()).toByteArray();
  }
}
