package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.RejectReason.FIELD_OUT_OF_RANGE;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_FORM;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_SIZE;
import static dev.tributary.aggregation.protocol.RejectReason.MISSING_FIELD;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The faults of single fields in what devices report of their models. */
class HealthFieldFaultsTest {

  static Stream<FieldFault> faults() {
    return Stream.of(
        health("sequence 0", FIELD_OUT_OF_RANGE, b -> b.setSequence(0)),
        health("sequence of 2^63", FIELD_OUT_OF_RANGE, b -> b.setSequence(Long.MIN_VALUE)),
        health("manifest of 31", FIELD_WRONG_SIZE, b -> b.setManifest(bytes(31))),
        health("more failed loads than loads", FIELD_OUT_OF_RANGE, b -> b.setLoadFailures(2)),
        health("2^40 + 1 loads", FIELD_OUT_OF_RANGE, b -> b.setLoads((1L << 40) + 1)),
        health("negative loads", FIELD_OUT_OF_RANGE, b -> b.setLoads(-1)),
        health("more failed calls than calls", FIELD_OUT_OF_RANGE, b -> b.setCallFailures(5)),
        health("calls that were not timed", FIELD_OUT_OF_RANGE, b -> b.setCalls(5)),
        health("negative crashes", FIELD_OUT_OF_RANGE, b -> b.setCrashes(-1)),
        health("106 latencies", FIELD_WRONG_SIZE, b -> b.addLatencyCounts(0)),
        health("no latencies", MISSING_FIELD, Wire.HealthReport.Builder::clearLatencyCounts),
        health("negative latency", FIELD_OUT_OF_RANGE, b -> b.setLatencyCounts(0, -1)),
        health("refusal with a space", FIELD_WRONG_FORM, b -> b.setRefusal("wrong digest")),
        health("refusal of 65", FIELD_WRONG_FORM, b -> b.setRefusal("r".repeat(65))),
        health("no refusal", MISSING_FIELD, Wire.HealthReport.Builder::clearRefusal));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultyField_isRefusedForItsReason(FieldFault fault) {
    fault.assertRefused();
  }

  private static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  private static FieldFault health(
      String what, RejectReason reason, Consumer<Wire.HealthReport.Builder> change) {
    return FieldFault.in(
        "health-report",
        MessageKind.HEALTH_REPORT,
        Wire.HealthReport.newBuilder(),
        what,
        reason,
        change);
  }
}
