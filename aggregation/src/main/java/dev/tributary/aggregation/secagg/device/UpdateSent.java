package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Peers;
import dev.tributary.aggregation.secagg.device.kept.SharePair;
import dev.tributary.aggregation.secagg.device.kept.StepKind;
import dev.tributary.aggregation.secagg.device.kept.StepReader;
import dev.tributary.aggregation.secagg.device.kept.StepWriter;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.List;

/**
 * R3 and R4: has sent its masked update, and holds shares of its peers' secrets until it is told
 * who is in the sum. Then it gives away, of each peer, the one kind that belongs to that: of an
 * alive one the self mask, of a dropped one the pairwise masks. Both kinds together would open that
 * peer's update, so a device answers once, for one set of survivors.
 */
public final class UpdateSent implements DeviceStep {

  static final OpaqueBytes NOTHING_CONFIRMED = OpaqueBytes.EMPTY;

  private final SessionTerms terms;
  private final Peers peers;
  private final OpaqueBytes confirmed;

  UpdateSent(SessionTerms terms, Peers peers, OpaqueBytes confirmed) {
    this.terms = terms;
    this.peers = peers;
    this.confirmed = confirmed;
  }

  /**
   * R3: takes these survivors for the only ones that it will ever answer for. The step that comes
   * back is made durable before {@link #confirmation} is sent.
   *
   * @throws SessionRefusedException when the set cannot be, or is another than before
   */
  public UpdateSent confirm(SurvivorsAnnounced announced) throws SessionRefusedException {
    SurvivorSet survivors = checked(announced.bitmap());
    return new UpdateSent(terms, peers, survivors.bitmap());
  }

  /**
   * What to send for R3: the same each time.
   *
   * @throws IllegalStateException before {@link #confirm}
   */
  public SurvivorsConfirmed confirmation(SessionDevice device) {
    if (confirmed.isEmpty()) {
      throw new IllegalStateException("no survivors were confirmed");
    }
    SurvivorSet survivors = SurvivorSet.ofBitmap(peers.devices(), confirmed);
    return new SurvivorsConfirmed(
        device.keys().sign(new SessionBytes(terms).signedSurvivors(survivors)));
  }

  /**
   * R4: decides on an answer and forgets all other shares. The step that comes back is made durable
   * before its answer is sent.
   *
   * @throws SessionRefusedException when the request is not one that the device may answer; this
   *     step stays
   * @throws IllegalStateException when this step was destroyed, or has revealed before
   */
  public SharesRevealed reveal(UnmaskRequest request, SessionDevice device)
      throws SessionRefusedException {
    SurvivorSet survivors = checked(request.bitmap());
    if (terms.parameters().confirmation()) {
      if (confirmed.isEmpty()) {
        throw new SessionRefusedException(
            RefusalReason.TOO_FEW_CONFIRMATIONS,
            "survivors: this device was not asked to confirm them");
      }
      new ConfirmationCheck(terms, peers, device.authority()).check(request, survivors);
    }
    List<RevealedShare> revealed = new ArrayList<>();
    for (int peer : peers.peers()) {
      peers.heldOf(peer).ifPresent(pair -> revealed.add(chosen(pair, survivors)));
    }
    return new SharesRevealed(terms, survivors.bitmap(), new UnmaskAnswer(revealed));
  }

  private static RevealedShare chosen(SharePair pair, SurvivorSet survivors) {
    if (pair.selfShare().isDestroyed() || pair.maskShare().isDestroyed()) {
      throw new IllegalStateException("this device has revealed its shares");
    }
    if (survivors.contains(pair.dealer())) {
      pair.maskShare().destroy();
      return new RevealedShare(pair.dealer(), ShareKind.SELF, pair.selfShare());
    }
    pair.selfShare().destroy();
    return new RevealedShare(pair.dealer(), ShareKind.MASK, pair.maskShare());
  }

  private SurvivorSet checked(OpaqueBytes bitmap) throws SessionRefusedException {
    if (!confirmed.isEmpty() && !confirmed.equals(bitmap)) {
      throw new SessionRefusedException(
          RefusalReason.SURVIVORS_CHANGED,
          "survivors: expected those that this device confirmed, got others");
    }
    SurvivorSet survivors;
    try {
      survivors = SurvivorSet.parse(peers.devices(), bitmap);
    } catch (RejectedException e) {
      throw new SessionRefusedException(
          RefusalReason.SURVIVORS_WRONG, String.valueOf(e.getMessage()));
    }
    if (!survivors.contains(peers.index())) {
      throw new SessionRefusedException(
          RefusalReason.SELF_NOT_ALIVE,
          "survivors: expected device " + peers.index() + " itself among them");
    }
    requireCounts(survivors);
    return survivors;
  }

  private void requireCounts(SurvivorSet survivors) throws SessionRefusedException {
    int least = terms.parameters().minimumSurvivors();
    if (survivors.count() < least) {
      throw new SessionRefusedException(
          RefusalReason.TOO_FEW_SURVIVORS,
          "survivors: expected at least " + least + ", got " + survivors.count());
    }
    var graph = terms.graphParameters(peers.devices());
    int alive = 0;
    for (int neighbour : terms.graph(graph, peers.root()).neighbours(peers.index())) {
      if (survivors.contains(neighbour)) {
        if (!peers.peers().contains(neighbour)) {
          throw new SessionRefusedException(
              RefusalReason.SURVIVORS_WRONG,
              "survivors: device " + neighbour + " is among them but shared nothing");
        }
        alive++;
      }
    }
    if (alive < graph.aliveFloor()) {
      throw new SessionRefusedException(
          RefusalReason.TOO_FEW_NEIGHBOURS,
          "survivors: expected at least " + graph.aliveFloor() + " neighbours, got " + alive);
    }
  }

  @Override
  public SecretBytes encode() {
    var out = new StepWriter(StepKind.UPDATE_SENT, terms);
    peers.write(out);
    return out.bytes(confirmed).done();
  }

  static UpdateSent read(SessionTerms terms, StepReader in) {
    return new UpdateSent(terms, Peers.read(in), in.bytes());
  }

  @Override
  public void destroy() {
    peers.destroy();
  }
}
