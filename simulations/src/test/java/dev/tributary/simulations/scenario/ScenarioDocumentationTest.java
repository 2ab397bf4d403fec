package dev.tributary.simulations.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioDocumentationTest {

  private static final String SMALLEST =
      "data: strokes\nmodel: mlp\ndevices: 20\nrounds: 10\ntraining: {learningRate: 0.1}\n";

  /** The keys that a section knows are those its error offers when it is given another. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          root              | zzz=1
          data              | data=strokes; data.zzz=1
          data              | data={name: mnist, dir: x}; data.zzz=1
          data              | data={name: idx, dir: x}; data.zzz=1
          data              | data={name: heart, dir: x}; data.zzz=1
          data              | data={name: shakespeare, dir: x}; data.zzz=1
          data              | data={name: csv, file: x, labelColumn: y}; data.zzz=1
          partition         | partition={kind: shards}; partition.zzz=1
          partition         | partition={kind: dirichlet}; partition.zzz=1
          partition         | partition={kind: quantity}; partition.zzz=1
          training          | training.zzz=1
          server            | server.zzz=1
          quantization      | quantization.zzz=1
          behaviour         | behaviour.zzz=1
          secureAggregation | secureAggregation.zzz=1
          behaviour.latency | behaviour.latency={kind: fixed, zzz: 1}
          behaviour.latency | behaviour.latency={kind: uniform, minimumMillis: 1, maximumMillis: 2, zzz: 1}
          behaviour.latency | behaviour.latency={kind: lognormal, medianMillis: 1, zzz: 1}
          """)
  void everyKey_isDocumented(String section, String overrides) throws IOException {
    String documentation = Files.readString(Path.of("..", "docs", "simulations.md"));
    ScenarioException refused =
        catchThrowableOfType(
            ScenarioException.class,
            () -> Scenario.parse("test", SMALLEST, List.of(overrides.split("; ", -1))));
    String message = String.valueOf(refused.getMessage());
    String known = message.substring(message.indexOf("; known: ") + 9);
    for (String key : known.split(", ", -1)) {
      assertThat(documentation)
          .contains("| `" + (section.equals("root") ? key : section + "." + key) + "` |");
    }
  }
}
