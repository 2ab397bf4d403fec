package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.runtime.TrainingParameters;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The limit of a kind never refuses what the limits of its fields allow. */
class LargestMessagesTest {

  private static final String FOUR_BYTES = Character.toString(0x10FFFD);
  private static final String NAME = "a".repeat(63);
  private static final RoundId ROUND = new RoundId(new TaskName(NAME), RoundId.MAXIMUM_NUMBER);

  @Test
  void largestCheckIn_isDecoded() throws RejectedException {
    Map<String, String> attributes =
        IntStream.range(0, CheckIn.MAXIMUM_ATTRIBUTES)
            .mapToObj(i -> Character.toString(0x10000 + i) + FOUR_BYTES.repeat(63))
            .collect(Collectors.toMap(key -> key, key -> FOUR_BYTES.repeat(64)));
    List<String> runtimes =
        IntStream.range(0, CheckIn.MAXIMUM_RUNTIMES).mapToObj(i -> "r".repeat(31) + i).toList();
    CheckIn largest =
        new CheckIn(
            new PopulationName(NAME),
            new SdkVersion(99_999, 99_999, 99_999),
            Integer.MAX_VALUE,
            attributes,
            runtimes);
    assertThat(CheckIn.decode(largest.encode())).isEqualTo(largest);
  }

  @Test
  void largestManifest_isDecoded() throws RejectedException {
    RoundManifest largest =
        new RoundManifest(
            ROUND,
            RoundKind.TRAINING,
            ProtocolKind.PLAIN,
            new PopulationName(NAME),
            new ModelDigest("f".repeat(64)),
            RoundManifest.MAXIMUM_MODEL_BYTES,
            "x".repeat(RoundManifest.MAXIMUM_SPEC_LENGTH),
            QuantizationParameters.forTraining(1 << 30, 8, 1f, 1f, Integer.MAX_VALUE, 1 << 24),
            Optional.of(new TrainingParameters(1000, 65_536, 1f, 0.9f)),
            1 << 24,
            1 << 24,
            CheckInAnswer.MAXIMUM_MILLIS);
    assertThat(RoundManifest.decode(largest.encode())).isEqualTo(largest);
  }

  @Test
  void largestAnswer_isDecoded() throws RejectedException {
    CheckInAnswer assigned = new CheckInAnswer.Assigned(ROUND, CheckInAnswer.MAXIMUM_MILLIS);
    CheckInAnswer comeBack =
        new CheckInAnswer.ComeBack(
            CheckInAnswer.MAXIMUM_MILLIS, CheckInAnswer.MAXIMUM_MILLIS, "r".repeat(64));
    assertThat(CheckInAnswer.decode(assigned.encode())).isEqualTo(assigned);
    assertThat(CheckInAnswer.decode(comeBack.encode())).isEqualTo(comeBack);
  }

  @Test
  void largestTexts_areDecoded() throws RejectedException {
    FailureReport report = new FailureReport(DeviceFailure.SHUTTING_DOWN, FOUR_BYTES.repeat(512));
    RoundResult result = RoundResult.without(ROUND, RoundOutcome.FAILED, FOUR_BYTES.repeat(512));
    assertThat(FailureReport.decode(report.encode())).isEqualTo(report);
    assertThat(RoundResult.decode(result.encode())).isEqualTo(result);
  }

  @Test
  void anyText_isMadeFitForAReport() {
    String wild = "line\nline\ttab\u2028\u0000" + "\ud800" + "x".repeat(1000);
    FailureReport report = FailureReport.of(DeviceFailure.TRAINING_FAILED, wild);
    assertThat(report.detail()).startsWith("line line tab   x").hasSize(512);
  }
}
