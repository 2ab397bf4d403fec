package dev.tributary.aggregation.secagg.coordinator;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.secagg.SessionBytes;
import dev.tributary.security.Sha256;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * R4: the shares that survivors reveal, one kind of each device: of a survivor the self mask's, of
 * a dropped device the masking key's. Which kind, the frozen survivors say; the other is refused
 * unread. A share counts only if it is the one that its dealer committed to, so whoever sends
 * another is known by name. For one thread at a time.
 */
public final class UnmaskCollection {

  private final ShareRelay relay;
  private final Roster roster;
  private final SurvivorSet survivors;
  private final SessionBytes layout;
  private final List<SortedMap<Integer, SecretBytes>> sharesOf = new ArrayList<>();
  private final BitSet needed = new BitSet();
  private final BitSet answered = new BitSet();
  private final OpaqueBytes[] answers;
  private int open;

  /**
   * @param relay closed
   * @param survivors whose updates are in the sum, durable before this is made; each has dealt, and
   *     they are no fewer than the terms promise
   */
  public UnmaskCollection(ShareRelay relay, SurvivorSet survivors) {
    this.relay = relay;
    this.roster = relay.roster();
    this.survivors = survivors;
    this.layout = new SessionBytes(roster.terms());
    int least = roster.terms().parameters().minimumSurvivors();
    if (survivors.count() < least) {
      throw new IllegalArgumentException(
          "survivors: expected at least " + least + ", got " + survivors.count());
    }
    this.answers = new OpaqueBytes[roster.size()];
    Arrays.fill(answers, OpaqueBytes.EMPTY);
    for (int index = 0; index < roster.size(); index++) {
      sharesOf.add(new TreeMap<>());
      if (survivors.contains(index) && !relay.hasDealt(index)) {
        throw new IllegalArgumentException(
            "survivors: device " + roster.device(index) + " is among them but dealt nothing");
      }
      if (relay.hasDealt(index) && (survivors.contains(index) || hasAlivePeer(index))) {
        needed.set(index);
      }
    }
    open = needed.cardinality();
  }

  /** A dropped device without a peer in the sum left no mask in it. */
  private boolean hasAlivePeer(int index) {
    return Arrays.stream(roster.neighbours(index)).anyMatch(survivors::contains);
  }

  /**
   * Takes what the device at a place reveals. The shares are copied.
   *
   * @throws RejectedException when it is not a survivor, answers for others than its peers, with
   *     the wrong kind, with a share that was not dealt to it, or otherwise than before
   */
  public Taken add(int index, UnmaskAnswer answer) throws RejectedException {
    if (!survivors.contains(index)) {
      throw rejected(index, "it is not among the survivors");
    }
    OpaqueBytes digest = digest(answer);
    if (answered.get(index)) {
      if (answers[index].equals(digest)) {
        return Taken.REPEATED;
      }
      throw rejected(index, "it has revealed other shares before");
    }
    for (RevealedShare revealed : answer.shares()) {
      check(index, revealed);
    }
    answered.set(index);
    answers[index] = digest;
    for (RevealedShare revealed : answer.shares()) {
      keep(index, revealed);
    }
    return Taken.ACCEPTED;
  }

  private void check(int index, RevealedShare revealed) throws RejectedException {
    int dealer = revealed.index();
    if (Arrays.binarySearch(roster.neighbours(index), dealer) < 0 || !relay.hasDealt(dealer)) {
      throw rejected(index, "device " + dealer + " is not one of its peers");
    }
    ShareKind expected = survivors.contains(dealer) ? ShareKind.SELF : ShareKind.MASK;
    if (revealed.kind() != expected) {
      throw rejected(
          index, "of device " + dealer + " expected kind " + expected + ", got " + revealed.kind());
    }
    ShareEnvelope envelope = relay.envelope(dealer, index);
    OpaqueBytes committed =
        expected == ShareKind.SELF ? envelope.selfShareHash() : envelope.maskShareHash();
    if (!layout.shareHash(dealer, index, expected, revealed.share()).equals(committed)) {
      throw rejected(index, "the share of device " + dealer + " is not the one that was dealt");
    }
  }

  private void keep(int index, RevealedShare revealed) {
    var shares = sharesOf.get(revealed.index());
    int threshold = roster.parameters().threshold();
    if (needed.get(revealed.index()) && shares.size() < threshold) {
      shares.put(
          index,
          revealed
              .share()
              .lend(
                  InsecureSecretAccess.get(),
                  bytes -> SecretBytes.copyOf(bytes, InsecureSecretAccess.get())));
      if (shares.size() == threshold) {
        open--;
      }
    }
  }

  /** Whether every secret that is needed has as many shares as it takes. */
  public boolean isReady() {
    return open == 0;
  }

  /** Whether the device at a place has answered. */
  public boolean hasAnswered(int index) {
    return answered.get(index);
  }

  /** Whose secrets cannot be opened yet: so few have revealed a share of them. */
  public List<DeviceId> lacking() {
    return needed.stream()
        .filter(index -> sharesOf.get(index).size() < roster.parameters().threshold())
        .mapToObj(roster::device)
        .toList();
  }

  /** For people: how far it is. */
  public String progress() {
    return answered.cardinality()
        + " of "
        + survivors.count()
        + " survivors revealed shares; "
        + open
        + " of "
        + needed.cardinality()
        + " secrets lack shares";
  }

  /**
   * What {@link MaskRecovery} needs.
   *
   * @throws IllegalStateException unless {@link #isReady}
   */
  MaskRecovery.Material material() {
    if (!isReady()) {
      throw new IllegalStateException(progress());
    }
    return new MaskRecovery.Material(relay, survivors, needed, sharesOf);
  }

  /** Forgets all shares. */
  public void destroy() {
    sharesOf.forEach(shares -> shares.values().forEach(SecretBytes::destroy));
  }

  private static OpaqueBytes digest(UnmaskAnswer answer) {
    byte[] encoded = answer.encode();
    try {
      return OpaqueBytes.of(Sha256.of(encoded));
    } finally {
      Arrays.fill(encoded, (byte) 0);
    }
  }

  private RejectedException rejected(int index, String why) {
    return new RejectedException(
        RejectReason.BAD_UNMASK, "shares revealed by device " + roster.device(index) + ": " + why);
  }
}
