package dev.tributary.aggregation.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestNameTest {
  private static final List<String> KNOWN =
      List.of("momentum", "learningRate", "batchSize", "port", "host");

  @ParameterizedTest
  @CsvSource({
    "momentun, momentum", // replaced
    "momentm, momentum", // removed
    "momenttum, momentum", // inserted
    "prot, port", // swapped
    "learningrate, learningRate", // in another case
    "BATCHSIZE, batchSize",
    "hort, host" // as near as port, and before it in the alphabet
  })
  void mistypedName_isTakenForTheNearest(String mistyped, String meant) {
    assertThat(NearestName.to(mistyped, KNOWN)).contains(meant);
    assertThat(NearestName.suggestion(mistyped, KNOWN))
        .isEqualTo(
            "; did you mean '"
                + meant
                + "'? (known: batchSize, host, learningRate, momentum, port)");
  }

  @Test
  void nameThatIsNearNone_getsNoSuggestionButAllThatAreKnown() {
    assertThat(NearestName.to("dropout", KNOWN)).isEmpty();
    assertThat(NearestName.suggestion("dropout", KNOWN))
        .isEqualTo("; known: batchSize, host, learningRate, momentum, port");
  }

  @Test
  void nothingKnown_isSaid() {
    assertThat(NearestName.to("port", List.of())).isEmpty();
    assertThat(NearestName.suggestion("port", List.of())).isEqualTo("; there are none here");
  }
}
