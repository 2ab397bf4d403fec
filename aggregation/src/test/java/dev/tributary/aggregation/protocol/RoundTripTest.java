package dev.tributary.aggregation.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Over messages of all kinds. Their extremes, whose combinations are too many, are in {@link
 * LargestMessagesTest}.
 */
class RoundTripTest {

  /** A valid message and its kind. */
  record Valid(MessageKind<?> kind, Object message) {}

  @Provide
  static Arbitrary<Valid> validMessages() {
    return Arbitraries.of(MessageKind.ALL)
        .flatMap(kind -> kind.valid().map(message -> new Valid(kind, message)));
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void validMessage_survivesTheWire(@ForAll("validMessages") Valid valid) throws RejectedException {
    byte[] bytes = valid.kind().encodeAny(valid.message());
    assertThat((Object) valid.kind().decode(bytes)).isEqualTo(valid.message());
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void validMessage_fitsTheLimitOfItsKind(@ForAll("validMessages") Valid valid) {
    assertThat(valid.kind().encodeAny(valid.message()).length)
        .isLessThanOrEqualTo(valid.kind().maximumBytes());
  }

  @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
  void equalMessages_haveEqualBytes(@ForAll("validMessages") Valid valid) throws RejectedException {
    byte[] bytes = valid.kind().encodeAny(valid.message());
    assertThat(valid.kind().encodeAny(valid.kind().decode(bytes))).isEqualTo(bytes);
  }

  @Property
  void roundId_survivesItsText(@ForAll("roundIds") RoundId id) throws RejectedException {
    assertThat(RoundId.parse(id.toString())).isEqualTo(id);
  }

  @Provide
  static Arbitrary<RoundId> roundIds() {
    return ValidMessages.roundIds();
  }
}
