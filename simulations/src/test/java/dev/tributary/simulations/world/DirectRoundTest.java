package dev.tributary.simulations.world;

import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.simulations.scenario.Scenario;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** In process, too, nothing gets into the sum that a coordinator would refuse. */
final class DirectRoundTest {

  @Test
  void updateWithAResidueOutOfRange_isNotAdded() throws InterruptedException {
    Setup setup =
        Setup.of(
            Scenario.parse(
                "test",
                """
                name: small
                data: {name: strokes, examplesPerDevice: 5, testExamples: 5}
                model: logistic
                protocol: plain
                devices: 4
                rounds: 1
                training: {learningRate: 0.1}
                """,
                List.of()));
    var quantization =
        QuantizationParameters.forTraining(
            setup.initialModel().layout().dimension(), 16, Float.POSITIVE_INFINITY, 1, 5, 4);
    byte[] packed = new byte[(int) quantization.packedBytes()];
    Arrays.fill(packed, 0, 8, (byte) 0xff);
    try (var seats = new TrainingSeats("java", 1)) {
      var round =
          new DirectRound(
              setup, Cohort.of(setup.scenario(), 1), quantization, 1, Optional.empty(), seats);
      round.select(new ModelDigest("ab".repeat(32)));

      assertThatIllegalStateException()
          .isThrownBy(() -> round.collect(0, new MaskedUpdate(quantization, packed)))
          .withMessageContaining("device 0");
    }
  }
}
