package dev.tributary.aggregation.secagg;

import static dev.tributary.aggregation.secagg.Refusals.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import dev.tributary.security.sharing.ShareInterpolator;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A coordinator that tells each device of other survivors. */
class EquivocationTest {

  private static final int SIZE = 20;

  /** With R3 neither half of the cohort answers. */
  @Test
  void twoSetsToTwoHalves_neitherIsConfirmed() throws Exception {
    var run = new Run(new Cohort(SIZE), Cohort.terms(CipherSuite.CLASSIC, 4, 1000, true), 1);
    run.advertise(id -> true);
    run.deal(index -> true);
    run.send(index -> true);
    SurvivorSet alive = SurvivorSet.of(SIZE, i -> true);
    SurvivorSet without = SurvivorSet.of(SIZE, i -> i != 0);
    var aliveConfirmed = new ConfirmationCollection(run.roster, alive);
    var withoutConfirmed = new ConfirmationCollection(run.roster, without);
    for (int i = 1; i < SIZE; i++) {
      boolean half = i % 2 == 0;
      SurvivorSet told = half ? alive : without;
      UpdateSent step = run.sent.at(i).confirm(SurvivorsAnnounced.of(told));
      (half ? aliveConfirmed : withoutConfirmed).add(i, step.confirmation(run.device(i)));
      run.sent.put(i, step);
    }
    assertThat(aliveConfirmed.isQuorum()).isFalse();
    assertThat(withoutConfirmed.isQuorum()).isFalse();
    assertRefused(
        RefusalReason.SURVIVORS_CHANGED,
        () -> run.sent.at(1).reveal(UnmaskRequest.of(alive), run.device(1)));
    assertRefused(
        RefusalReason.TOO_FEW_CONFIRMATIONS,
        () -> run.sent.at(2).reveal(UnmaskRequest.of(alive), run.device(2)));
  }

  /** 2t &gt; k + corrupt, also without R3: the corrupt give both kinds, everyone else one. */
  @Test
  void threshold_keepsBothSecretsOfADeviceApart() {
    for (int devices : List.of(3, 5, 20, 64)) {
      SessionTerms terms = Cohort.terms(CipherSuite.CLASSIC, 2, 0, true);
      var graph = terms.graphParameters(devices);
      int corrupt = Math.min(terms.assumptions(devices).corrupt(), graph.degree());
      for (int alive = 0; alive <= graph.degree() - corrupt; alive++) {
        int self = alive + corrupt;
        int mask = graph.degree() - alive;
        assertThat(self >= graph.threshold() && mask >= graph.threshold()).isFalse();
      }
    }
  }

  /**
   * Why a device asks for R3: without it, and with all devices honest, the coordinator opens the
   * update of one victim. It has the victim (place 0) mask with as few peers as the floor allows,
   * and then has each of those taken for dropped by a threshold of other devices. Each device sees
   * as many alive neighbours as its floor asks for.
   */
  @Test
  void withoutConfirmation_aVictimIsOpened() throws Exception {
    var cohort = new Cohort(SIZE, Cohort.trusting());
    var run = new Run(cohort, Cohort.terms(CipherSuite.CLASSIC, 2, 0, false), 8);
    run.advertise(id -> true);
    run.deal(index -> true);
    int floor = run.roster.parameters().aliveFloor();
    int threshold = run.roster.parameters().threshold();
    var shares = new Revealed();
    int[] update = cohort.random.ints(8, 0, 1 << 16).toArray();
    int[] masked = update.clone();
    MasksAgreed victim =
        run.dealt
            .at(0)
            .agree(new ShareInbox(run.relay.inboxFor(0).shares().subList(0, floor)), run.device(0));
    new MaskAdder(1).apply(victim.masks(), masked);
    int most = SIZE - 1 - floor;
    for (int i = 1; i < SIZE; i++) {
      int teller = i;
      // of the victim's peers 1..floor, the `most` that follow on the teller
      List<Integer> dropped =
          IntStream.range(0, floor)
              .map(j -> 1 + Math.floorMod(teller * most + j, floor))
              .filter(j -> j != teller)
              .limit(most)
              .boxed()
              .toList();
      SurvivorSet told = SurvivorSet.of(SIZE, j -> !dropped.contains(j));
      UpdateSent step = run.dealt.at(i).agree(run.relay.inboxFor(i), run.device(i)).sent();
      shares.add(i, step.reveal(UnmaskRequest.of(told), run.device(i)).answer().shares());
    }
    List<Mask> masks = new ArrayList<>();
    SessionBytes layout = new SessionBytes(run.terms);
    masks.add(layout.selfMask(shares.open(0, ShareKind.SELF, threshold), 0).inverse());
    for (int peer = 1; peer <= floor; peer++) {
      AgreementKeyPair pair =
          AgreementKeyPair.of(CipherSuite.CLASSIC, shares.open(peer, ShareKind.MASK, threshold));
      masks.add(againstVictim(run, layout, pair, peer).inverse());
    }
    new MaskAdder(1).apply(masks, masked);
    assertThat(masked).isEqualTo(update);
    assertRefused(
        RefusalReason.WEAK_TERMS,
        () ->
            KeysAdvertised.begin(
                run.terms, new Cohort(1).devices.values().iterator().next(), cohort.random));
  }

  private static Mask againstVictim(
      Run run, SessionBytes layout, AgreementKeyPair peerPair, int peer) {
    OpaqueBytes victimKey = key(run, 0);
    SecretBytes secret =
        peerPair.accept(
            AgreementPublicKey.of(CipherSuite.CLASSIC, victimKey.toByteArray()), new byte[0]);
    return layout.pairwiseMask(secret, 0, peer, victimKey, key(run, peer));
  }

  private static OpaqueBytes key(Run run, int index) {
    return run.advertised.at(run.roster.device(index)).advertisement().maskKey();
  }

  /** Shares as a coordinator has them that does not keep to one kind. */
  private static final class Revealed {
    private final Known<Integer, Known<Integer, RevealedShare>> self = new Known<>();
    private final Known<Integer, Known<Integer, RevealedShare>> mask = new Known<>();

    void add(int holder, List<RevealedShare> shares) {
      for (RevealedShare share : shares) {
        (share.kind() == ShareKind.SELF ? self : mask)
            .computeIfAbsent(share.index(), i -> new Known<>())
            .put(holder, share);
      }
    }

    SecretBytes open(int dealer, ShareKind kind, int threshold) {
      var shares = (kind == ShareKind.SELF ? self : mask).at(dealer);
      assertThat(shares.size()).isGreaterThanOrEqualTo(threshold);
      int[] holders =
          shares.keySet().stream().mapToInt(Integer::intValue).limit(threshold).toArray();
      byte[] values = new byte[threshold * 40];
      for (int i = 0; i < threshold; i++) {
        byte[] value = shares.at(holders[i]).share().toByteArray(InsecureSecretAccess.get());
        System.arraycopy(value, 0, values, 40 * i, 40);
      }
      byte[] secret = new byte[32];
      int[] points = IntStream.of(holders).map(i -> i + 1).toArray();
      assertThat(ShareInterpolator.atZero(points).secret(values, 0, secret, 0)).isTrue();
      return SecretBytes.copyOf(secret, InsecureSecretAccess.get());
    }
  }
}
