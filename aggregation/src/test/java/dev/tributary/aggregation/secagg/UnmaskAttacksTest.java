package dev.tributary.aggregation.secagg;

import static dev.tributary.aggregation.secagg.Refusals.assertRefused;
import static dev.tributary.aggregation.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.secagg.unmask.Confirmation;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.coordinator.ConfirmationCollection;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.aggregation.secagg.coordinator.UnrecoverableException;
import dev.tributary.aggregation.secagg.device.SharesRevealed;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** R3 and R4: ten devices, of which the last has dealt shares and sent nothing. */
class UnmaskAttacksTest {

  private static final int SIZE = 10;
  private static final int DROPPED = SIZE - 1;
  private final Cohort cohort = new Cohort(SIZE);
  private final Run run = new Run(cohort, Cohort.terms(CipherSuite.CLASSIC, 4, 1000, true), 4);

  @BeforeEach
  void send() throws Exception {
    run.advertise(id -> true);
    run.deal(index -> true);
    run.send(index -> index != DROPPED);
  }

  @Test
  void survivorsWithoutTheDeviceItself_areRefused() {
    refusedToConfirm(RefusalReason.SELF_NOT_ALIVE, set(i -> i != 0 && i != DROPPED));
  }

  @Test
  void allNeighboursOfAVictimDropped_areRefused() {
    int floor = run.roster.parameters().aliveFloor();
    refusedToConfirm(RefusalReason.TOO_FEW_NEIGHBOURS, set(i -> i < floor));
    assertThat(floor).isGreaterThanOrEqualTo(run.terms.parameters().minimumSurvivors());
  }

  @Test
  void fewerSurvivorsThanPromised_areRefused() {
    refusedToConfirm(RefusalReason.TOO_FEW_SURVIVORS, set(i -> i < 3));
  }

  @Test
  void survivorThatSharedNothing_isRefused() throws Exception {
    var other = new Run(cohort, run.terms, 4);
    other.advertise(id -> true);
    other.deal(index -> index != 3);
    other.send(index -> true);
    assertRefused(
        RefusalReason.SURVIVORS_WRONG,
        () -> other.sent.at(0).confirm(SurvivorsAnnounced.of(set(i -> true))));
  }

  @Test
  void bitmapOfAnotherLengthOrWithMoreBits_isRefused() {
    for (byte[] bitmap : List.of(new byte[1], new byte[3], new byte[] {-1, -1})) {
      assertRefused(
          RefusalReason.SURVIVORS_WRONG,
          () -> run.sent.at(0).confirm(new SurvivorsAnnounced(OpaqueBytes.of(bitmap))));
    }
  }

  @Test
  void secondConfirmation_isOfTheSameSetOrRefused() throws Exception {
    UpdateSent step = run.sent.at(0).confirm(SurvivorsAnnounced.of(run.survivors));
    UpdateSent again = step.confirm(SurvivorsAnnounced.of(run.survivors));
    assertThat(again.confirmation(run.device(0))).isEqualTo(step.confirmation(run.device(0)));
    UpdateSent restarted = run.restarted(step, UpdateSent.class);
    assertRefused(
        RefusalReason.SURVIVORS_CHANGED,
        () -> restarted.confirm(SurvivorsAnnounced.of(set(i -> i != 5))));
  }

  @Test
  void requestWithoutConfirmations_isRefused() throws Exception {
    UnmaskRequest bare = UnmaskRequest.of(run.survivors);
    assertRefused(
        RefusalReason.TOO_FEW_CONFIRMATIONS, () -> run.sent.at(0).reveal(bare, run.device(0)));
    run.confirm(index -> true);
    refusedToReveal(RefusalReason.TOO_FEW_CONFIRMATIONS, request -> bare);
  }

  @Test
  void oneConfirmationTooFew_isRefused() throws Exception {
    run.confirm(index -> true);
    refusedToReveal(
        RefusalReason.TOO_FEW_CONFIRMATIONS,
        request ->
            new UnmaskRequest(
                request.bitmap(),
                request.confirmations().subList(1, request.confirmations().size()),
                request.proof()));
  }

  @Test
  void confirmationsOfOtherDevicesOrSets_areRefused() throws Exception {
    run.confirm(index -> true);
    DeviceKeyPair stranger = DeviceKeyPair.generate(cohort.random);
    OpaqueBytes certificate = cohort.certificate(stranger.publicKey());
    byte[] signed = new SessionBytes(run.terms).signedSurvivors(run.survivors);
    byte[] other = new SessionBytes(run.terms).signedSurvivors(set(i -> true));
    refusedWith(
        c ->
            new Confirmation(
                c.index(), c.certificate(), c.keysDigest(), run.device(1).keys().sign(other)));
    refusedWith(
        c ->
            new Confirmation(
                c.index(), OpaqueBytes.of(new byte[] {1}), c.keysDigest(), c.signature()));
    // certified, but not in the roster
    refusedWith(
        c -> new Confirmation(c.index(), certificate, c.keysDigest(), stranger.sign(signed)));
    refusedWith(
        c ->
            new Confirmation(
                c.index(),
                c.certificate(),
                ShareAttacksTest.flipped(c.keysDigest()),
                c.signature()));
    // another survivor a second time, at this place
    refusedWith(
        c ->
            new Confirmation(
                c.index(),
                run.device(2).certificate(),
                c.keysDigest(),
                run.device(2).keys().sign(signed)));
  }

  @Test
  void confirmationOfADroppedDevice_doesNotCount() throws Exception {
    run.confirm(index -> true);
    byte[] signed = new SessionBytes(run.terms).signedSurvivors(run.survivors);
    refusedToReveal(
        RefusalReason.TOO_FEW_CONFIRMATIONS,
        request -> {
          List<Confirmation> all = new ArrayList<>(request.confirmations());
          Confirmation last = all.remove(all.size() - 1);
          all.add(
              new Confirmation(
                  DROPPED,
                  run.device(DROPPED).certificate(),
                  last.keysDigest(),
                  run.device(DROPPED).keys().sign(signed)));
          return new UnmaskRequest(request.bitmap(), all, request.proof());
        });
  }

  @Test
  void requestForOtherSurvivorsThanConfirmed_isRefused() throws Exception {
    run.confirm(index -> true);
    refusedToReveal(
        RefusalReason.SURVIVORS_CHANGED,
        request ->
            new UnmaskRequest(
                set(i -> i != 5 && i != DROPPED).bitmap(),
                request.confirmations(),
                request.proof()));
  }

  @Test
  void secondRequest_isAnsweredTheSameOrRefused() throws Exception {
    run.confirm(index -> true);
    UpdateSent step = run.sent.at(0);
    SharesRevealed revealed = step.reveal(run.request, run.device(0));
    SharesRevealed restarted = run.restarted(revealed, SharesRevealed.class);
    assertThat(restarted.answer(run.request)).isEqualTo(revealed.answer());
    for (SharesRevealed answered : List.of(revealed, restarted)) {
      assertRefused(
          RefusalReason.SURVIVORS_CHANGED,
          () -> answered.answer(UnmaskRequest.of(set(i -> i != 5 && i != DROPPED))));
    }
    assertThatThrownBy(() -> step.reveal(run.request, run.device(0)))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void revealedStep_holdsNoOtherShare() throws Exception {
    run.confirm(index -> true);
    SharesRevealed revealed = run.sent.at(0).reveal(run.request, run.device(0));
    assertThat(revealed.answer().shares())
        .allMatch(s -> (s.kind() == ShareKind.MASK) == (s.index() == DROPPED));
    // session id, bitmap and the answer: no room for a second share of anyone
    assertThat(revealed.encode().length()).isLessThan(revealed.answer().encode().length + 64);
  }

  @Test
  void coordinator_takesTheKindOfTheSurvivorsAlone() throws Exception {
    run.confirm(index -> true);
    UnmaskAnswer answer = run.sent.at(0).reveal(run.request, run.device(0)).answer();
    for (int i = 0; i < answer.shares().size(); i++) {
      ShareKind other =
          answer.shares().get(i).kind() == ShareKind.SELF ? ShareKind.MASK : ShareKind.SELF;
      rejected(0, changed(answer, i, s -> new RevealedShare(s.index(), other, s.share())));
    }
  }

  @Test
  void coordinator_namesWhoRevealsAWrongShare() throws Exception {
    run.confirm(index -> true);
    UnmaskAnswer answer = run.sent.at(0).reveal(run.request, run.device(0)).answer();
    SecretBytes wrong = SecretBytes.copyOf(new byte[40], InsecureSecretAccess.get());
    SecretBytes notInTheField = share((byte) -1);
    rejected(0, changed(answer, 1, s -> new RevealedShare(s.index(), s.kind(), wrong)));
    rejected(0, changed(answer, 1, s -> new RevealedShare(s.index(), s.kind(), notInTheField)));
    rejected(1, answer);
    rejected(DROPPED, answer);
    rejected(0, new UnmaskAnswer(List.of(new RevealedShare((1 << 20) - 1, ShareKind.SELF, wrong))));
    rejected(0, new UnmaskAnswer(List.of(new RevealedShare(0, ShareKind.SELF, wrong))));
    assertThatThrownBy(() -> collection().add(1, answer))
        .hasMessageContaining(run.roster.device(1).toString());
  }

  @Test
  void coordinator_takesOneAnswerOfADevice() throws Exception {
    run.confirm(index -> true);
    UnmaskAnswer answer = run.sent.at(0).reveal(run.request, run.device(0)).answer();
    UnmaskCollection collection = collection();
    assertThat(collection.add(0, answer)).isEqualTo(Taken.ACCEPTED);
    assertThat(collection.add(0, answer)).isEqualTo(Taken.REPEATED);
    assertRejected(
        RejectReason.BAD_UNMASK,
        () -> collection.add(0, new UnmaskAnswer(answer.shares().subList(1, 3))));
  }

  @Test
  void coordinator_opensNothingBelowTheThreshold() throws Exception {
    run.confirm(index -> true);
    int threshold = run.roster.parameters().threshold();
    run.reveal(index -> index < threshold);
    // each of the first devices lacks one share, its own
    assertThat(run.unmasking.isReady()).isFalse();
    assertThat(run.unmasking.lacking()).hasSize(threshold);
    assertThatThrownBy(run::open).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void coordinator_countsConfirmationsOfSurvivorsOnce() throws Exception {
    var collection = new ConfirmationCollection(run.roster, run.survivors);
    byte[] signed = new SessionBytes(run.terms).signedSurvivors(run.survivors);
    var first = new SurvivorsConfirmed(run.device(0).keys().sign(signed));
    assertThat(collection.add(0, first)).isEqualTo(Taken.ACCEPTED);
    assertThat(collection.add(0, first)).isEqualTo(Taken.REPEATED);
    assertThat(collection.count()).isEqualTo(1);
    assertRejected(RejectReason.BAD_SIGNATURE, () -> collection.add(1, first));
    var dropped = new SurvivorsConfirmed(run.device(DROPPED).keys().sign(signed));
    assertRejected(RejectReason.NOT_IN_ROUND, () -> collection.add(DROPPED, dropped));
    assertThatThrownBy(collection::request).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void coordinator_refusesSurvivorsThatCannotBe() throws Exception {
    assertThatThrownBy(() -> new UnmaskCollection(run.relay, set(i -> i < 3)))
        .hasMessageContaining("at least 4");
    var other = new Run(cohort, run.terms, 4);
    other.advertise(id -> true);
    other.deal(index -> index != 3);
    assertThatThrownBy(() -> new UnmaskCollection(other.relay, set(i -> true)))
        .hasMessageContaining("dealt nothing");
  }

  /** A dealer whose commitment is to something else is named, and nothing is opened. */
  @Test
  void dealerOfFalseShares_isNamed() throws Exception {
    var other = new Run(cohort, run.terms, 4);
    other.advertise(id -> true);
    other.tampering =
        (dealer, shares) ->
            dealer != 2
                ? shares
                : ShareAttacksTest.committed(
                    other, 2, shares, ShareAttacksTest.flipped(shares.selfMaskCommitment()));
    other.deal(index -> true);
    other.send(index -> true);
    other.confirm(index -> true);
    other.reveal(index -> true);
    assertThat(other.unmasking.isReady()).isTrue();
    assertThatThrownBy(other::open)
        .isInstanceOf(UnrecoverableException.class)
        .hasMessageContaining(other.roster.device(2).toString());
  }

  private void refusedToConfirm(RefusalReason reason, SurvivorSet survivors) {
    assertRefused(reason, () -> run.sent.at(0).confirm(SurvivorsAnnounced.of(survivors)));
    assertRefused(reason, () -> run.sent.at(0).reveal(UnmaskRequest.of(survivors), run.device(0)));
  }

  private void refusedToReveal(RefusalReason reason, UnaryOperator<UnmaskRequest> change) {
    assertRefused(reason, () -> run.sent.at(0).reveal(change.apply(run.request), run.device(0)));
  }

  private void refusedWith(UnaryOperator<Confirmation> change) {
    refusedToReveal(
        RefusalReason.TOO_FEW_CONFIRMATIONS,
        request -> {
          List<Confirmation> all = new ArrayList<>(request.confirmations());
          all.set(1, change.apply(all.get(1)));
          return new UnmaskRequest(request.bitmap(), all, request.proof());
        });
  }

  private void rejected(int index, UnmaskAnswer answer) {
    assertRejected(RejectReason.BAD_UNMASK, () -> collection().add(index, answer));
  }

  private UnmaskCollection collection() {
    return new UnmaskCollection(run.relay, run.survivors);
  }

  private static UnmaskAnswer changed(
      UnmaskAnswer answer, int at, UnaryOperator<RevealedShare> change) {
    List<RevealedShare> shares = new ArrayList<>(answer.shares());
    shares.set(at, change.apply(shares.get(at)));
    return new UnmaskAnswer(shares);
  }

  private static SecretBytes share(byte value) {
    byte[] bytes = new byte[40];
    Arrays.fill(bytes, value);
    return SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
  }

  private static SurvivorSet set(IntPredicate alive) {
    return SurvivorSet.of(SIZE, alive);
  }
}
