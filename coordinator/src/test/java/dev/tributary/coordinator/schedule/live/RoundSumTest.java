package dev.tributary.coordinator.schedule.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.PackedSource;
import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.intake.VerifiedUploads;
import dev.tributary.coordinator.round.CountedUpload;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sum of a round on a thread of the test: whatever it calls back, it has called on return. */
class RoundSumTest {
  private static final QuantizationParameters PARAMETERS =
      QuantizationParameters.forTraining(3, 8, 1f, 1f, 1, 4);

  private final List<Throwable> failures = new ArrayList<>();
  private final RoundSum sum =
      new RoundSum("sum", RoundProtocol.of(ProtocolKind.PLAIN), PARAMETERS, Runnable::run);

  private void add(int number) {
    var device = new DeviceId("%032x".formatted(number));
    var upload = new UploadId("%032x".formatted(number));
    byte[] packed = new byte[Math.toIntExact(PARAMETERS.packedBytes())];
    packed[0] = (byte) number;
    sum.add(
        VerifiedUploads.of(
            device, RoundId.of("digits.1"), upload, new byte[32], PackedSource.of(packed)),
        new CountedUpload(device, upload, "00".repeat(32)),
        () -> {},
        failures::add);
  }

  private RoundSum.Snapshot snapshot() {
    var taken = new ArrayList<RoundSum.Snapshot>();
    sum.snapshot(true, taken::add, failures::add);
    assertThat(failures).isEmpty();
    return taken.getFirst();
  }

  @Test
  void snapshot_hasWhatCameSinceTheOneBefore_andTheWholeSum() throws Exception {
    add(1);
    add(2);
    assertThat(snapshot().batch()).hasSize(2);
    add(4);

    var second = snapshot();

    assertThat(second.batch()).hasSize(1);
    assertThat(second.uploads()).isEqualTo(3);
    var restored = RoundProtocol.of(ProtocolKind.PLAIN).newAccumulator(PARAMETERS);
    restored.addSum(PackedSource.of(second.packed().orElseThrow()), second.uploads());
    var opened =
        RoundProtocol.of(ProtocolKind.PLAIN)
            .unmasker(PARAMETERS, List.of(), 1)
            .unmask(restored.sum());
    assertThat(opened.at(0)).isEqualTo(7);
    assertThat(opened.devices()).isEqualTo(3);
  }

  /** A worker may be asked for a batch that the one before it has taken along. */
  @Test
  void snapshotOfNothingNew_isEmpty_alsoWhenTheSumIsOpen() {
    add(1);
    snapshot();
    var opened = new ArrayList<AggregateSum>();
    sum.unmask(List.of(), 1, opened::add, failures::add);
    assertThat(opened).hasSize(1);

    assertThat(snapshot().batch()).isEmpty();
  }
}
