package dev.tributary.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.coordinator.round.journal.RoundEventCodec;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoundEventCodecTest {
  @Test
  void everyEvent_readsBackEqual() {
    for (var event : RoundFixtures.everyEvent()) {
      assertThat(RoundEventCodec.decode(RoundEventCodec.encode(event))).isEqualTo(event);
      assertThat(RoundEventCodec.encode(event))
          .contains("\"type\":\"" + RoundEventCodec.type(event) + "\"");
    }
    var keyed = new RoundEvent.RoundPlanned(RoundFixtures.AT, RoundFixtures.KEYED);
    assertThat(RoundEventCodec.decode(RoundEventCodec.encode(keyed))).isEqualTo(keyed);
  }

  /** Journals outlive programs: this text must be readable for ever. */
  @Test
  void versionOne_isFixed() {
    var event = new RoundEvent.UploadsCounted(RoundFixtures.AT, List.of(RoundFixtures.upload(1)));

    assertThat(RoundEventCodec.encode(event))
        .isEqualTo(
            """
            {"v":1,"type":"uploads-counted","at":"2026-11-23T12:00:00Z","uploads":[\
            {"device":"00000000000000000000000000000001","upload":"00000000000000000000000000000001",\
            "sha256":"0000000000000000000000000000000000000000000000000000000000000001"}]}\
            """);
  }

  @Test
  void otherVersionsTypesAndGarbage_areRefusedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RoundEventCodec.decode(
                    "{\"v\":2,\"type\":\"round-opened\",\"at\":\"2026-11-23T12:00:00Z\"}"))
        .withMessageContaining("version 2");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                RoundEventCodec.decode(
                    "{\"v\":1,\"type\":\"lunch\",\"at\":\"2026-11-23T12:00:00Z\"}"))
        .withMessageContaining("lunch");
    assertThatIllegalArgumentException().isThrownBy(() -> RoundEventCodec.decode("{\"v\":1"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RoundEventCodec.decode("{}"))
        .withMessageContaining("'v'");
  }
}
