package dev.tributary.aggregation.secagg.coordinator;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.secagg.EnvelopeTree;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.security.agreement.CipherSuite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * R1: carries the boxes that devices deal to one another, and keeps what their shares were
 * committed to. It cannot open a box. For one thread at a time; once closed, immutable.
 *
 * <p>The signature of each dealer is checked here, because a recipient that finds a false one takes
 * it for the coordinator's and leaves.
 */
public final class ShareRelay {

  private final Roster roster;
  private final SessionBytes layout;
  private final @Nullable SealedShares[] byDealer;
  private final @Nullable EnvelopeTree[] trees; // as many hashes again as there are in the shares
  private int dealerCount;
  private boolean closed;

  public ShareRelay(Roster roster) {
    this.roster = roster;
    this.layout = new SessionBytes(roster.terms());
    this.byDealer = new SealedShares[roster.size()];
    this.trees = new EnvelopeTree[roster.size()];
  }

  /**
   * Takes what the device at a place dealt.
   *
   * @throws RejectedException when it is not for exactly its neighbours, not signed, or something
   *     else than before
   */
  public Taken add(int dealer, SealedShares dealt) throws RejectedException {
    SealedShares before = byDealer[dealer];
    if (before != null) {
      if (before.equals(dealt)) {
        return Taken.REPEATED;
      }
      throw new RejectedException(
          RejectReason.SHARE_CONFLICT, "device " + name(dealer) + " has dealt other shares before");
    }
    if (closed) {
      throw new RejectedException(
          RejectReason.ROUND_CLOSED, "shares of device " + name(dealer) + " came too late");
    }
    trees[dealer] = checked(dealer, dealt);
    byDealer[dealer] = dealt;
    dealerCount++;
    return Taken.ACCEPTED;
  }

  private EnvelopeTree checked(int dealer, SealedShares dealt) throws RejectedException {
    int[] recipients = dealt.shares().stream().mapToInt(SealedShare::recipient).toArray();
    if (!Arrays.equals(recipients, roster.neighbours(dealer))) {
      throw new RejectedException(
          RejectReason.BAD_SHARES,
          "shares of device " + name(dealer) + ": expected one for each of its neighbours");
    }
    CipherSuite suite = roster.terms().suite();
    for (SealedShare share : dealt.shares()) {
      if (!share.envelope().fits(suite, dealer < share.recipient())) {
        throw new RejectedException(
            RejectReason.BAD_SHARES,
            "shares of device "
                + name(dealer)
                + ": expected encapsulations of suite "
                + suite
                + ", got others for "
                + share.recipient());
      }
      checkEncapsulations(dealer, share.envelope());
    }
    EnvelopeTree tree = new EnvelopeTree(layout, dealt.shares());
    byte[] signed = layout.signedShares(dealer, dealt.selfMaskCommitment(), tree.root());
    if (!roster.identity(dealer).verifies(signed, dealt.signature())) {
      throw new RejectedException(
          RejectReason.BAD_SIGNATURE, "shares: device " + name(dealer) + " did not sign them");
    }
    return tree;
  }

  /** One that cannot be accepted would make an honest recipient leave, and not its dealer. */
  private void checkEncapsulations(int dealer, ShareEnvelope envelope) throws RejectedException {
    CipherSuite suite = roster.terms().suite();
    try {
      suite.checkEncapsulation(envelope.channelEncapsulation().toByteArray());
      if (!envelope.maskEncapsulation().isEmpty()) {
        suite.checkEncapsulation(envelope.maskEncapsulation().toByteArray());
      }
    } catch (IllegalArgumentException e) {
      throw new RejectedException(
          RejectReason.BAD_SHARES, "shares of device " + name(dealer) + ": " + e.getMessage());
    }
  }

  /** How many devices have dealt. */
  public int count() {
    return dealerCount;
  }

  /** Whether the device at a place has dealt: only then may it send an update. */
  public boolean hasDealt(int index) {
    return byDealer[index] != null;
  }

  /** Takes no more: who has dealt by now is whom the others mask with. */
  public void close() {
    close(index -> true);
  }

  /**
   * Takes no more, and forgets the shares of those who dealt but have left, or were late.
   *
   * @param stays whether the device at a place, which has dealt, is one that others mask with
   */
  public void close(IntPredicate stays) {
    closed = true;
    for (int index = 0; index < byDealer.length; index++) {
      if (byDealer[index] != null && !stays.test(index)) {
        byDealer[index] = null;
        dealerCount--;
      }
    }
  }

  /**
   * What was dealt to the device at a place.
   *
   * @throws IllegalStateException before {@link #close}
   */
  public ShareInbox inboxFor(int recipient) {
    if (!closed) {
      throw new IllegalStateException("shares are still being dealt");
    }
    List<ReceivedShare> received = new ArrayList<>();
    for (int dealer : roster.neighbours(recipient)) {
      SealedShares dealt = byDealer[dealer];
      EnvelopeTree tree = trees[dealer];
      if (dealt != null && tree != null) {
        int rank = Arrays.binarySearch(roster.neighbours(dealer), recipient);
        received.add(
            new ReceivedShare(
                dealer,
                dealt.shares().get(rank).envelope(),
                dealt.selfMaskCommitment(),
                dealt.signature(),
                tree.proof(rank)));
      }
    }
    return new ShareInbox(received);
  }

  Roster roster() {
    return roster;
  }

  SealedShares dealtBy(int dealer) {
    SealedShares dealt = byDealer[dealer];
    if (dealt == null) {
      throw new IllegalArgumentException("device " + name(dealer) + " has dealt nothing");
    }
    return dealt;
  }

  ShareEnvelope envelope(int dealer, int recipient) {
    int rank = Arrays.binarySearch(roster.neighbours(dealer), recipient);
    return dealtBy(dealer).shares().get(rank).envelope();
  }

  private String name(int index) {
    return roster.device(index).text();
  }
}
