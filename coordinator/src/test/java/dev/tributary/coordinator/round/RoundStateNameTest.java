package dev.tributary.coordinator.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RoundStateNameTest {

  @Test
  void names_areThoseInTheDatabasesOfEarlierVersions() {
    assertThat(Arrays.stream(RoundStateName.values()).map(RoundStateName::text))
        .containsExactly(
            "Planned",
            "Enrolling",
            "AdvertisingKeys",
            "SharingKeys",
            "Collecting",
            "Confirming",
            "Unmasking",
            "Optimizing",
            "Publishing",
            "Published",
            "Abandoned",
            "Failed");
    assertThat(RoundStateName.values()).allMatch(name -> RoundStateName.named(name.text()) == name);
    assertThatIllegalArgumentException().isThrownBy(() -> RoundStateName.named("published"));
  }
}
