package dev.tributary.aggregation.secagg;

import static dev.tributary.aggregation.secagg.Refusals.assertRefused;
import static dev.tributary.aggregation.secagg.Refusals.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.secagg.coordinator.ShareRelay;
import dev.tributary.aggregation.secagg.coordinator.Taken;
import dev.tributary.aggregation.secagg.device.DeviceStep;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** R1 and R2: what is wrong with shares, whether a dealer's doing or the coordinator's. */
class ShareAttacksTest {

  private static final int SIZE = 6;

  /** The place of the recipient: above all dealers, so that it gets encapsulations of masks. */
  private static final int OWN = SIZE - 1;

  private final Cohort cohort = new Cohort(SIZE);

  private Run dealt(CipherSuite suite) throws Exception {
    Run run = new Run(cohort, Cohort.terms(suite, 3, 0, true), 4);
    run.advertise(id -> true);
    run.deal(index -> true);
    return run;
  }

  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void everyFieldOfAnEnvelope_isSigned(CipherSuite suite) throws Exception {
    Run run = dealt(suite);
    List<UnaryOperator<ShareEnvelope>> changes = new ArrayList<>();
    changes.add(e -> envelope(e, flipped(e.box()), e.selfShareHash(), e.maskShareHash()));
    changes.add(e -> envelope(e, e.box(), flipped(e.selfShareHash()), e.maskShareHash()));
    changes.add(e -> envelope(e, e.box(), e.selfShareHash(), flipped(e.maskShareHash())));
    changes.add(e -> envelope(e, e.box(), e.maskShareHash(), e.selfShareHash()));
    if (suite == CipherSuite.HYBRID) {
      changes.add(e -> encapsulations(e, flipped(e.channelEncapsulation()), e.maskEncapsulation()));
      changes.add(e -> encapsulations(e, e.channelEncapsulation(), flipped(e.maskEncapsulation())));
    }
    for (UnaryOperator<ShareEnvelope> change : changes) {
      refused(run, RefusalReason.SHARES_NOT_SIGNED, r -> received(r, change.apply(r.envelope())));
    }
  }

  /** In HYBRID an encapsulation is anonymous: the coordinator would know the mask it leads to. */
  @Test
  void encapsulationOfTheCoordinator_isRefused() throws Exception {
    Run run = dealt(CipherSuite.HYBRID);
    AgreementKeyPair coordinator = AgreementKeyPair.generate(CipherSuite.HYBRID, cohort.random);
    AgreementPublicKey victim =
        AgreementPublicKey.of(
            CipherSuite.HYBRID,
            run.advertised.at(run.roster.device(OWN)).advertisement().maskKey().toByteArray());
    OpaqueBytes own =
        OpaqueBytes.of(
            coordinator
                .offer(
                    victim, SecretBytes.random(AgreementKeyPair.COINS_LENGTH_BYTES, cohort.random))
                .encapsulation());
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r -> received(r, encapsulations(r.envelope(), r.envelope().channelEncapsulation(), own)));
  }

  @Test
  void commitmentAndSignatureAndProof_areChecked() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r -> received(r, flipped(r.selfMaskCommitment()), r.signature(), r.proof()));
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r -> received(r, r.selfMaskCommitment(), flipped(r.signature()), r.proof()));
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r -> received(r, r.selfMaskCommitment(), r.signature(), List.of()));
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r -> {
          List<OpaqueBytes> longer = new ArrayList<>(r.proof());
          longer.add(r.proof().get(0));
          return received(r, r.selfMaskCommitment(), r.signature(), longer);
        });
  }

  @Test
  void sharesForAnotherDevice_areRefused() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    ShareInbox others = run.relay.inboxFor(OWN - 1);
    refused(run, RefusalReason.SHARES_NOT_SIGNED, r -> others.shares().get(0));
  }

  @Test
  void sharesSaidToBeFromAnother_areRefused() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    ReceivedShare second = run.relay.inboxFor(OWN).shares().get(1);
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r ->
            new ReceivedShare(
                r.sender(),
                second.envelope(),
                second.selfMaskCommitment(),
                second.signature(),
                second.proof()));
  }

  @Test
  void sharesOfAnotherSession_areRefused() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    Run other = new Run(cohort, Cohort.terms(CipherSuite.CLASSIC, 3, 0, true, (byte) 8), 4);
    other.advertise(id -> true);
    other.deal(index -> true);
    assertRefused(
        RefusalReason.SHARES_NOT_SIGNED,
        () -> run.dealt.at(OWN).agree(other.relay.inboxFor(OWN), run.device(OWN)));
    assertRejected(
        RejectReason.BAD_SIGNATURE,
        () -> new ShareRelay(run.roster).add(0, other.dealt.at(0).shares()));
    assertThatThrownBy(() -> DeviceStep.decode(other.terms, run.dealt.at(0).encode()))
        .hasMessageContaining("another session");
  }

  @Test
  void sharesOfADeviceThatIsNoNeighbour_areRefused() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    refused(
        run,
        RefusalReason.NEIGHBOURS_WRONG,
        r ->
            new ReceivedShare(OWN, r.envelope(), r.selfMaskCommitment(), r.signature(), r.proof()));
  }

  @Test
  void sharesOfTooFewNeighbours_areRefused() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    ShareInbox all = run.relay.inboxFor(OWN);
    int floor = run.roster.parameters().aliveFloor();
    ShareInbox few = new ShareInbox(all.shares().subList(0, floor - 1));
    assertRefused(
        RefusalReason.TOO_FEW_NEIGHBOURS, () -> run.dealt.at(OWN).agree(few, run.device(OWN)));
    assertThat(
            run.dealt
                .at(OWN)
                .agree(new ShareInbox(all.shares().subList(0, floor)), run.device(OWN))
                .peerCount())
        .isEqualTo(floor);
  }

  @Test
  void refusal_leavesTheStepAsItWas() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    refused(
        run,
        RefusalReason.SHARES_NOT_SIGNED,
        r -> received(r, r.selfMaskCommitment(), flipped(r.signature()), r.proof()));
    assertThat(run.dealt.at(OWN).agree(run.relay.inboxFor(OWN), run.device(OWN)).peerCount())
        .isEqualTo(OWN);
  }

  /**
   * The one who seals a bad box harms itself alone: its shares are missing, and all else goes on.
   */
  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void badBoxOfADealer_isAShareThatIsMissing(CipherSuite suite) throws Exception {
    Run run = new Run(cohort, Cohort.terms(suite, 3, 0, true), 4);
    run.advertise(id -> true);
    run.tampering =
        (dealer, shares) ->
            dealer != 0
                ? shares
                : resigned(
                    run,
                    0,
                    shares,
                    s ->
                        s.recipient() != OWN
                            ? s.envelope()
                            : envelope(
                                s.envelope(),
                                flipped(s.envelope().box()),
                                s.envelope().selfShareHash(),
                                s.envelope().maskShareHash()));
    run.deal(index -> true);
    run.send(index -> true);
    run.confirm(index -> true);
    run.reveal(index -> true);
    assertThat(run.revealed.at(OWN).answer().shares()).hasSize(SIZE - 2);
    assertThat(run.open()).isEqualTo(run.expected());
  }

  @Test
  void hashesOfOtherShares_areSharesThatAreMissing() throws Exception {
    Run run = new Run(cohort, Cohort.terms(CipherSuite.CLASSIC, 3, 0, true), 4);
    run.advertise(id -> true);
    run.tampering =
        (dealer, shares) ->
            dealer != 0
                ? shares
                : resigned(
                    run,
                    0,
                    shares,
                    s ->
                        envelope(
                            s.envelope(),
                            s.envelope().box(),
                            s.envelope().maskShareHash(),
                            s.envelope().selfShareHash()));
    run.deal(index -> true);
    run.send(index -> true);
    run.confirm(index -> true);
    run.reveal(index -> true);
    assertThat(run.unmasking.isReady()).isFalse();
    assertThat(run.unmasking.lacking()).containsExactly(run.roster.device(0));
    assertThatThrownBy(run::open).isInstanceOf(IllegalStateException.class);
  }

  /** Or every honest recipient would have to leave for the fault of one dealer. */
  @Test
  void encapsulationThatNobodyCanAccept_isTheDealersFault() throws Exception {
    Run run = dealt(CipherSuite.HYBRID);
    SealedShares shares = run.dealt.at(0).shares();
    SealedShares bad =
        resigned(
            run,
            0,
            shares,
            s ->
                encapsulations(
                    s.envelope(),
                    s.envelope().channelEncapsulation(),
                    OpaqueBytes.of(new byte[1120])));
    assertRejected(RejectReason.BAD_SHARES, () -> new ShareRelay(run.roster).add(0, bad));
  }

  @Test
  void sharesOfTheOtherSuite_areRejected() throws Exception {
    Run run = dealt(CipherSuite.HYBRID);
    SealedShares classic =
        resigned(
            run,
            0,
            run.dealt.at(0).shares(),
            s -> encapsulations(s.envelope(), OpaqueBytes.EMPTY, OpaqueBytes.EMPTY));
    assertRejected(RejectReason.BAD_SHARES, () -> new ShareRelay(run.roster).add(0, classic));
  }

  @Test
  void relay_takesSharesOnceAndInTime() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    SealedShares shares = run.dealt.at(0).shares();
    ShareRelay relay = new ShareRelay(run.roster);
    assertRejected(RejectReason.BAD_SIGNATURE, () -> relay.add(0, resigned(run, 1, shares)));
    assertRejected(
        RejectReason.BAD_SHARES,
        () ->
            relay.add(
                0,
                new SealedShares(
                    shares.selfMaskCommitment(),
                    shares.shares().subList(0, SIZE - 2),
                    shares.signature())));
    assertThat(relay.add(0, shares)).isEqualTo(Taken.ACCEPTED);
    assertThat(relay.add(0, shares)).isEqualTo(Taken.REPEATED);
    assertRejected(
        RejectReason.SHARE_CONFLICT,
        () ->
            relay.add(
                0,
                new SealedShares(
                    flipped(shares.selfMaskCommitment()), shares.shares(), shares.signature())));
    relay.close();
    assertThat(relay.add(0, shares)).isEqualTo(Taken.REPEATED);
    assertRejected(RejectReason.ROUND_CLOSED, () -> relay.add(1, run.dealt.at(1).shares()));
  }

  @Test
  void keys_areTakenOnceAndInTime() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    var first = run.advertised.at(run.roster.device(0)).advertisement();
    assertThat(run.keys.add(run.roster.device(0), first)).isEqualTo(Taken.REPEATED);
    var second = run.advertised.at(run.roster.device(1)).advertisement();
    assertRejected(RejectReason.KEY_CONFLICT, () -> run.keys.add(run.roster.device(0), second));
    Cohort late = new Cohort(1);
    assertRejected(RejectReason.ROUND_CLOSED, () -> run.keys.add(late.devices.firstKey(), second));
  }

  @Test
  void masks_hideOneVector() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    MasksAgreed agreed = run.dealt.at(OWN).agree(run.relay.inboxFor(OWN), run.device(OWN));
    agreed.sign(new byte[32], run.device(OWN));
    agreed.sign(new byte[32], run.device(OWN));
    byte[] other = new byte[32];
    other[31] = 1;
    assertThatThrownBy(() -> agreed.sign(other, run.device(OWN)))
        .isInstanceOf(IllegalStateException.class);
    agreed.sent();
    assertThat(agreed.masks()).allMatch(mask -> mask.key().isDestroyed());
  }

  @Test
  void signatureOfAnUpdate_isOfOneVectorOfOneDeviceInOneSession() throws Exception {
    Run run = dealt(CipherSuite.CLASSIC);
    byte[] digest = new byte[32];
    MasksAgreed agreed = run.dealt.at(OWN).agree(run.relay.inboxFor(OWN), run.device(OWN));
    DeviceSignature signature = agreed.sign(digest, run.device(OWN));
    SessionBytes layout = new SessionBytes(run.terms);
    var key = run.device(OWN).keys().publicKey();
    assertThat(key.verifies(layout.signedUpdate(OWN, digest), signature)).isTrue();
    assertThat(key.verifies(layout.signedUpdate(0, digest), signature)).isFalse();
    byte[] tampered = digest.clone();
    tampered[0] ^= 1;
    assertThat(key.verifies(layout.signedUpdate(OWN, tampered), signature)).isFalse();
    SessionBytes other = new SessionBytes(Cohort.terms(CipherSuite.CLASSIC, 3, 0, true, (byte) 8));
    assertThat(key.verifies(other.signedUpdate(OWN, digest), signature)).isFalse();
  }

  /** The recipient gets the first share of its inbox changed. */
  private static void refused(Run run, RefusalReason reason, UnaryOperator<ReceivedShare> change)
      throws Exception {
    List<ReceivedShare> shares = new ArrayList<>(run.relay.inboxFor(OWN).shares());
    shares.set(0, change.apply(shares.get(0)));
    shares.sort(Comparator.comparingInt(ReceivedShare::sender));
    SharesDealt step = run.dealt.at(OWN);
    assertRefused(reason, () -> step.agree(new ShareInbox(shares), run.device(OWN)));
  }

  private static SealedShares resigned(Run run, int signer, SealedShares shares) {
    return resigned(run, signer, shares, SealedShare::envelope);
  }

  /** What a malicious dealer would send: changed, and signed by it. */
  static SealedShares resigned(
      Run run, int dealer, SealedShares shares, Function<SealedShare, ShareEnvelope> change) {
    List<SealedShare> changed =
        shares.shares().stream()
            .map(share -> new SealedShare(share.recipient(), change.apply(share)))
            .toList();
    SessionBytes layout = new SessionBytes(run.terms);
    OpaqueBytes root = new EnvelopeTree(layout, changed).root();
    return new SealedShares(
        shares.selfMaskCommitment(),
        changed,
        run.device(dealer)
            .keys()
            .sign(layout.signedShares(dealer, shares.selfMaskCommitment(), root)));
  }

  /** The same shares with another commitment, signed by their dealer. */
  static SealedShares committed(Run run, int dealer, SealedShares shares, OpaqueBytes commitment) {
    return resigned(
        run,
        dealer,
        new SealedShares(commitment, shares.shares(), shares.signature()),
        SealedShare::envelope);
  }

  static ShareEnvelope envelope(
      ShareEnvelope old, OpaqueBytes box, OpaqueBytes selfHash, OpaqueBytes maskHash) {
    return new ShareEnvelope(
        box, old.channelEncapsulation(), old.maskEncapsulation(), selfHash, maskHash);
  }

  private static ShareEnvelope encapsulations(
      ShareEnvelope old, OpaqueBytes channel, OpaqueBytes mask) {
    return new ShareEnvelope(old.box(), channel, mask, old.selfShareHash(), old.maskShareHash());
  }

  private static ReceivedShare received(ReceivedShare old, ShareEnvelope envelope) {
    return new ReceivedShare(
        old.sender(), envelope, old.selfMaskCommitment(), old.signature(), old.proof());
  }

  private static ReceivedShare received(
      ReceivedShare old,
      OpaqueBytes commitment,
      DeviceSignature signature,
      List<OpaqueBytes> proof) {
    return new ReceivedShare(old.sender(), old.envelope(), commitment, signature, proof);
  }

  static OpaqueBytes flipped(OpaqueBytes bytes) {
    byte[] changed = bytes.toByteArray();
    changed[changed.length / 2] ^= 1;
    return OpaqueBytes.of(changed);
  }

  private static DeviceSignature flipped(DeviceSignature signature) {
    byte[] changed = Arrays.copyOf(signature.toByteArray(), DeviceSignature.LENGTH_BYTES);
    changed[0] ^= 1;
    return DeviceSignature.of(changed);
  }
}
