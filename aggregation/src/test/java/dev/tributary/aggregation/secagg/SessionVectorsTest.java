package dev.tributary.aggregation.secagg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.agreement.CipherSuite;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The vectors of whole rounds are what the code computes when it plays them again. */
class SessionVectorsTest {

  @Test
  void classicRounds_areWhatTheCodeComputes() throws Exception {
    assertWritten("session-classic.json", SessionVectors.json(CipherSuite.CLASSIC, 1, 2, 3, 4));
  }

  @Test
  void hybridRound_isWhatTheCodeComputes() throws Exception {
    assertWritten("session-hybrid.json", SessionVectors.json(CipherSuite.HYBRID, 2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void sum_isThatOfTheUpdatesThatWereSent(int leavesBefore) throws Exception {
    var round = new VectorRound(CipherSuite.CLASSIC, leavesBefore);
    int[] expected = new int[VectorRound.LENGTH];
    round.updates.values().forEach(update -> VectorRound.add(expected, update));
    VectorRound.reduce(expected);
    assertThat(round.updates).hasSize(leavesBefore <= 2 ? 4 : 5);
    assertThat(round.sum).isEqualTo(expected);
  }

  private static void assertWritten(String name, String json) throws Exception {
    Path written = Path.of("target/vectors", name);
    Files.createDirectories(written.toAbsolutePath().getParent());
    Files.writeString(written, json);
    assertThat(Files.readString(Path.of("src/test/resources/vectors", name)))
        .as("compare with %s", written)
        .isEqualTo(json);
  }
}
