package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Peers;
import dev.tributary.aggregation.secagg.device.kept.StepKind;
import dev.tributary.aggregation.secagg.device.kept.StepReader;
import dev.tributary.aggregation.secagg.device.kept.StepWriter;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.SecretBytes;
import java.util.List;

/** R2: has a mask of its own and one with each peer, and may mask one update with them. */
public final class MasksAgreed implements DeviceStep {

  private static final int ADDED = 0;
  private static final int SUBTRACTED = 1;

  private final SessionTerms terms;
  private final Peers peers;
  private final List<Mask> masks;
  private OpaqueBytes signed = OpaqueBytes.EMPTY;

  MasksAgreed(SessionTerms terms, Peers peers, List<Mask> masks) {
    this.terms = terms;
    this.peers = peers;
    this.masks = List.copyOf(masks);
  }

  /** All masks of the one update of this session. Destroyed with this step. */
  public List<Mask> masks() {
    return masks;
  }

  /** How many devices this one masks with. */
  public int peerCount() {
    return peers.peers().size();
  }

  /**
   * The device's word that a masked update is its own.
   *
   * <p>The masks hide one vector. With two under the same masks their difference is in the clear,
   * so a device makes the masked vector durable, and {@link #sent} with it, before it sends a byte.
   *
   * @param sha256 of the packed vector, byte[32]
   * @throws IllegalStateException when another vector was signed before
   */
  public DeviceSignature sign(byte[] sha256, SessionDevice device) {
    OpaqueBytes digest = OpaqueBytes.of(sha256);
    if (!signed.isEmpty() && !signed.equals(digest)) {
      throw new IllegalStateException("masks of one update were about to be used for a second");
    }
    signed = digest;
    return device.keys().sign(new SessionBytes(terms).signedUpdate(peers.index(), sha256));
  }

  /** Goes on once the masked update is durable, and forgets the masks. */
  public UpdateSent sent() {
    masks.forEach(mask -> mask.key().destroy());
    return new UpdateSent(terms, peers, UpdateSent.NOTHING_CONFIRMED);
  }

  @Override
  public SecretBytes encode() {
    var out = new StepWriter(StepKind.MASKS_AGREED, terms);
    peers.write(out);
    return out.each(
            masks,
            (w, mask) ->
                w.number(mask.sign() == Mask.Sign.ADD ? ADDED : SUBTRACTED).secret(mask.key()))
        .done();
  }

  static MasksAgreed read(SessionTerms terms, StepReader in) {
    return new MasksAgreed(terms, Peers.read(in), in.each(MasksAgreed::readMask));
  }

  private static Mask readMask(StepReader in) {
    boolean added = in.number() == ADDED;
    SecretBytes key = in.secret();
    return added ? Mask.added(key) : Mask.subtracted(key);
  }

  @Override
  public void destroy() {
    masks.forEach(mask -> mask.key().destroy());
    peers.destroy();
  }
}
