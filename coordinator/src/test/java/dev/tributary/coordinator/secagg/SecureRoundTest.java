package dev.tributary.coordinator.secagg;

import static dev.tributary.coordinator.secagg.SecureDevice.expect;
import static dev.tributary.coordinator.secagg.SecureRounds.advertise;
import static dev.tributary.coordinator.secagg.SecureRounds.refused;
import static dev.tributary.coordinator.secagg.SecureRounds.share;
import static dev.tributary.coordinator.secagg.SecureRounds.unmask;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.runtime.ConfusionMatrix;
import dev.tributary.aggregation.runtime.Evaluation;
import dev.tributary.aggregation.runtime.EvaluationEncoding;
import dev.tributary.security.secret.SecretBytes;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rounds with secure aggregation, whole and broken, over HTTP against a real coordinator. */
class SecureRoundTest {

  /** Long enough never to pass in a test that does not wait for it. */
  private static final String PATIENT = "stepSeconds: 120";

  private SecureRounds rounds;

  @BeforeEach
  void open(@TempDir Path folder) {
    rounds = new SecureRounds(folder);
  }

  @AfterEach
  void close() {
    rounds.close();
  }

  @ParameterizedTest
  @CsvSource({
    "5, classic, false",
    "8, classic, true",
    "5, hybrid, true",
    "3, classic, false",
  })
  void wholeRound_publishesTheMean(int count, String suite, boolean confirmation) throws Exception {
    rounds.start(count, count, PATIENT + ", suite: " + suite + ", confirmation: " + confirmation);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    if (confirmation) {
      rounds.each(device -> expect(device.confirm(), 204));
    }
    unmask(rounds.devices);

    rounds.expectMean(rounds.devices);
  }

  @Test
  void whoeverWaitsWhenItSends_isAnsweredWhatComesNext() throws Exception {
    rounds.start(4, 4, PATIENT + ", confirmation: true");
    rounds.begin();
    var first = rounds.devices.getFirst();
    var rest = rounds.devices.subList(1, 4);
    refused(first.advertiseAndWait(31), RejectReason.BAD_PARAMETER);
    expect(first.advertiseAndWait(0), 204); // nothing yet

    var roster = waiting(() -> first.advertiseAndWait(30));
    advertise(rest);
    assertThat(expect(roster.get(), 200).body())
        .isEqualTo(expect(first.get("roster"), 200).body())
        .isEqualTo(expect(first.advertiseAndWait(0), 200).body());

    first.deal();
    var inbox = waiting(() -> first.shareAndWait(30));
    share(rest);
    assertThat(expect(inbox.get(), 200).body())
        .isEqualTo(expect(first.get("inbox"), 200).body())
        .isEqualTo(expect(first.shareAndWait(0), 200).body());

    rounds.send(rounds.devices);
    var request = waiting(() -> first.confirmAndWait(30));
    SecureRounds.each(rest, device -> expect(device.confirm(), 204));
    assertThat(expect(request.get(), 200).body())
        .isEqualTo(expect(first.get("unmasking"), 200).body());
    unmask(rounds.devices);
    rounds.expectMean(rounds.devices);
  }

  @Test
  void whoeverWaitsWhenItSends_isToldThatTheRoundIsOver() throws Exception {
    rounds.start(4, 4, "stepSeconds: 1");
    rounds.begin();
    refused(rounds.devices.getFirst().advertiseAndWait(30), RejectReason.ROUND_ABANDONED);
  }

  private static <T> Future<T> waiting(Callable<T> request) {
    var answer = new FutureTask<>(request);
    Thread.startVirtualThread(answer);
    return answer;
  }

  @Test
  void deviceThatLeavesBeforeItsKeys_isInNoRoster() throws Exception {
    rounds.start(6, 4, PATIENT);
    rounds.begin();
    expect(rounds.devices.getLast().leave(), 204);
    var rest = rounds.devices.subList(0, 5);
    advertise(rest);
    share(rest);
    assertThat(rest.getFirst().dealt.devices()).isEqualTo(5);
    rounds.send(rest);
    unmask(rest);

    rounds.expectMean(rest);
    refused(rounds.devices.getLast().advertise(), RejectReason.ROUND_CLOSED);
  }

  @Test
  void deviceThatLeavesBeforeItsShares_isMaskedWithByNobody() throws Exception {
    rounds.start(6, 4, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    var rest = rounds.devices.subList(0, 5);
    share(rest);
    expect(rounds.devices.getLast().leave(), 204);
    rounds.send(rest);
    unmask(rest);

    rounds.expectMean(rest);
    assertThat(rest.getFirst().sent).isNotNull();
  }

  @Test
  void deviceThatLeavesBeforeItsUpdate_hasItsMasksTakenOff() throws Exception {
    rounds.start(6, 4, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    var late = rounds.devices.getLast();
    late.agree();
    late.mask(1);
    var rest = rounds.devices.subList(0, 5);
    rounds.send(rest);
    expect(late.leave(), 204);
    unmask(rest);

    rounds.expectMean(rest);
    refused(late.upload(late.signed()), RejectReason.ROUND_CLOSED);
  }

  @Test
  void survivorThatNeverAnswers_isNotNeeded() throws Exception {
    rounds.start(6, 4, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    rounds.each(SecureDevice::reveal);
    SecureRounds.each(rounds.devices.subList(0, 5), device -> expect(device.answer(), 204));

    rounds.expectMean(rounds.devices);
    assertThat(rounds.devices.getLast().answer().statusCode()).isEqualTo(204); // too late, no harm
  }

  @Test
  void silentDevices_areLeftOutAtTheDeadlines() throws Exception {
    rounds.start(6, 4, "stepSeconds: 4");
    rounds.begin();
    var five = rounds.devices.subList(0, 5);
    advertise(five);
    var first = five.getFirst();
    first.deal(); // waits for the deadline
    expect(first.share(), 204);
    share(five.subList(1, 5));
    rounds.send(five);
    unmask(five);

    rounds.expectMean(five);
  }

  @Test
  void belowTheThreshold_theRoundIsAbandoned_andNothingIsOpened() throws Exception {
    rounds.start(5, 4, "stepSeconds: 6");
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    unmask(rounds.devices.subList(0, 2)); // three are needed for each secret

    var result = rounds.devices.getFirst().result();
    assertThat(result.state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(rounds.progress(round).reason())
        .contains("unmasking-timed-out")
        .contains("2 of 5 survivors revealed shares");
    assertThat(rounds.versions()).hasSize(1);
  }

  @Test
  void tooFewUploads_areAbandonedBeforeAnybodyIsAskedForShares() throws Exception {
    rounds.start(5, 4, PATIENT);
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices.subList(0, 3));
    expect(rounds.devices.get(3).leave(), 204);
    expect(rounds.devices.get(4).leave(), 204);

    assertThat(rounds.devices.getFirst().result().state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(rounds.progress(round).reason()).contains("too-few-uploads");
    refused(rounds.devices.getFirst().get("unmasking?wait=5"), RejectReason.ROUND_ABANDONED);
  }

  @Test
  void shareThatWasNotDealt_isRefused_andItsSenderNamed() throws Exception {
    rounds.start(5, 4, "stepSeconds: 6");
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    rounds.each(SecureDevice::reveal);
    var liar = rounds.devices.getLast();

    refused(
        liar.postTo("unmasking", withAFalseShare(liar.revealed.answer()).encode()),
        RejectReason.BAD_UNMASK);

    assertThat(liar.result().state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(rounds.progress(round).reason()).contains(liar.id().text());
  }

  @Test
  void dealerOfFalseShares_isNamedInTheReason_andNothingIsOpened() throws Exception {
    rounds.start(5, 4, PATIENT);
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    var liar = rounds.devices.getLast();
    share(rounds.devices.subList(0, 4));
    liar.deal();
    expect(liar.shareFalsely(), 204);
    rounds.send(rounds.devices);
    rounds.each(SecureDevice::reveal);
    rounds.each(SecureDevice::answer);

    assertThat(liar.result().state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(rounds.progress(round).reason()).contains("false-shares").contains(liar.id().text());
    assertThat(rounds.versions()).hasSize(1);
  }

  @Test
  void revealedShares_repeatedAreTakenOnce_andChangedAreRefused() throws Exception {
    rounds.start(5, 5, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    var first = rounds.devices.getFirst();
    refused(first.postTo("unmasking", new byte[0]), RejectReason.MISSING_FIELD);
    rounds.send(rounds.devices);
    rounds.each(SecureDevice::reveal);
    expect(first.answer(), 204);
    expect(first.answer(), 204);
    refused(
        first.postTo("unmasking", withAFalseShare(first.revealed.answer()).encode()),
        RejectReason.BAD_UNMASK);
    rounds.each(SecureDevice::answer);

    rounds.expectMean(rounds.devices);
    assertThat(rounds.reveals("accepted")).isLessThanOrEqualTo(5);
    assertThat(rounds.reveals("discarded")).isPositive();
    assertThat(rounds.reveals("rejected")).isPositive();
  }

  @Test
  void survivorThatConfirmsNothing_isNotNeeded_andTheirsAreNotOpenedBefore() throws Exception {
    rounds.start(6, 4, PATIENT + ", confirmation: true");
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    var first = rounds.devices.getFirst();
    var five = rounds.devices.subList(0, 5);
    expect(first.confirm(), 204);
    assertThat(first.get("unmasking").statusCode()).isEqualTo(204); // no quorum, no request
    SecureRounds.each(five.subList(1, 5), device -> expect(device.confirm(), 204));
    expect(first.confirm(), 204);
    unmask(five);

    rounds.expectMean(rounds.devices);
  }

  @Test
  void tooFewConfirmations_abandonTheRound() throws Exception {
    rounds.start(5, 4, "stepSeconds: 6, confirmation: true");
    RoundId round = rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    SecureRounds.each(rounds.devices.subList(0, 3), SecureDevice::confirm);

    assertThat(rounds.devices.getFirst().result().state()).isEqualTo(RoundOutcome.ABANDONED);
    assertThat(rounds.progress(round).reason()).contains("too-few-confirmations");
  }

  @Test
  void evaluation_withItsWideResidues_isSummedUnderMasksToo() throws Exception {
    rounds.start(5, 5, PATIENT);
    rounds.evaluateInstead(5, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.each(SecureDevice::agree);
    assertThat(rounds.devices.getFirst().manifest.quantization().ringBits()).isGreaterThan(32);
    for (var device : rounds.devices) {
      device.mask(
          EvaluationEncoding.encode(
              new Evaluation(10, 2.5, ConfusionMatrix.of(2, new long[] {4, 1, 2, 3})),
              device.manifest.quantization()));
      expect(device.upload(device.signed()), 200);
    }
    unmask(rounds.devices);

    assertThat(rounds.devices.getFirst().result().state()).isEqualTo(RoundOutcome.PUBLISHED);
    var evaluation = rounds.versions().getFirst().evaluations().getFirst();
    assertThat(evaluation.devices()).isEqualTo(5);
    assertThat(evaluation.metrics().accuracy()).isEqualTo(0.7);
  }

  private static UnmaskAnswer withAFalseShare(UnmaskAnswer answer) {
    List<RevealedShare> shares = new ArrayList<>(answer.shares());
    var first = shares.getFirst();
    shares.set(
        0,
        new RevealedShare(first.index(), first.kind(), SecretBytes.random(40, new SecureRandom())));
    return new UnmaskAnswer(shares);
  }

  @Test
  void everyStep_repeatedIsAnsweredAgain_andChangedIsRefused() throws Exception {
    rounds.start(5, 5, PATIENT + ", confirmation: true");
    rounds.begin();
    var device = rounds.devices.getFirst();
    advertise(rounds.devices.subList(0, 4));
    expect(device.advertise(), 204);
    refused(device.advertiseOthers(), RejectReason.KEY_CONFLICT);
    refused(device.postTo("shares", new byte[0]), RejectReason.MISSING_FIELD);
    assertThat(device.get("roster").statusCode()).isEqualTo(204);
    advertise(rounds.devices.subList(4, 5));
    expect(device.advertise(), 204); // its answer may have been lost

    share(rounds.devices.subList(0, 4));
    expect(device.share(), 204);
    device.deal();
    refused(device.share(), RejectReason.SHARE_CONFLICT);
    assertThat(device.get("inbox").statusCode()).isEqualTo(204);
    share(rounds.devices.subList(4, 5));
    refused(device.share(), RejectReason.SHARE_CONFLICT);
  }

  @Test
  void update_isSignedByItsDevice() throws Exception {
    rounds.start(5, 5, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.each(SecureDevice::agree);
    rounds.each(device -> device.mask(1));
    var first = rounds.devices.get(0);
    var second = rounds.devices.get(1);

    refused(first.upload(), RejectReason.BAD_HEADER);
    refused(first.upload("Update-Signature", ":abc:"), RejectReason.BAD_HEADER);
    refused(first.upload(second.signed()), RejectReason.BAD_SIGNATURE);
    expect(first.upload(first.signed()), 200);
    expect(first.upload(first.signed()), 200);
    assertThat(first.get("unmasking").statusCode()).isEqualTo(204);
    refused(first.get("survivors"), RejectReason.WRONG_STATE);
  }

  /** The session that an update is signed for is that of one round. */
  @Test
  void updateOfAnEarlierRound_withItsSignature_isRefused_andTheRightOneTaken() throws Exception {
    rounds.start(3, 3, PATIENT);
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    rounds.send(rounds.devices);
    unmask(rounds.devices);
    rounds.expectMean(rounds.devices);

    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    var device = rounds.devices.getFirst();
    refused(device.upload(device.signed()), RejectReason.BAD_SIGNATURE);
    rounds.send(rounds.devices);
    unmask(rounds.devices);
    rounds.expectMean(rounds.devices);
  }

  @Test
  void shards_haveSumsOfTheirOwn_andAreAddedUp() throws Exception {
    rounds.start(10, 8, PATIENT + ", shardSize: 5, minimumSurvivors: 4");
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    assertThat(rounds.devices).allMatch(device -> device.dealt.devices() == 5);
    rounds.send(rounds.devices);
    unmask(rounds.devices);

    rounds.expectMean(rounds.devices);
  }

  @Test
  void shardThatIsTooSmall_isNotOpened_andTheOthersAre() throws Exception {
    rounds.start(10, 5, PATIENT + ", shardSize: 5, minimumSurvivors: 4");
    rounds.begin();
    advertise(rounds.devices);
    share(rounds.devices);
    var first = rounds.devices.stream().filter(d -> shard(d) == 0).toList();
    var second = rounds.devices.stream().filter(d -> shard(d) == 1).toList();
    rounds.send(first);
    rounds.send(second.subList(0, 3));
    expect(second.get(3).leave(), 204);
    expect(second.get(4).leave(), 204);
    unmask(first);

    rounds.expectMean(first);
    refused(second.getFirst().get("unmasking?wait=5"), RejectReason.ROUND_CLOSED);
  }

  private static int shard(SecureDevice device) {
    return device.manifest.secureAggregation().orElseThrow().shard();
  }
}
