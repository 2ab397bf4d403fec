package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CoordinatorConfigTest {

  @TempDir Path folder;

  @Test
  void nothingGiven_isTheDefaults() {
    CoordinatorConfig config = CoordinatorConfig.read(Optional.empty(), Map.of(), List.of());
    assertThat(config.listen().host()).isEqualTo("127.0.0.1");
    assertThat(config.listen().port()).isEqualTo(8080);
    assertThat(config.tls()).isEmpty();
  }

  @Test
  void environmentOverridesTheFile_andArgumentsOverrideBoth() throws IOException {
    Path file = yaml("listen:\n  port: 1001\n  host: localhost\nuploads:\n  memoryBytes: 70000\n");
    CoordinatorConfig config =
        CoordinatorConfig.read(
            Optional.of(file),
            Map.of(
                "TRIBUTARY_LISTEN_PORT",
                "1002",
                "TRIBUTARY_UPLOADS_MEMORY_BYTES",
                "80000",
                "TRIBUTARY_OTHER",
                "x"),
            List.of("listen.port=1003"));
    assertThat(config.listen().port()).isEqualTo(1003);
    assertThat(config.listen().host()).isEqualTo("localhost");
    assertThat(config.uploads().memoryBytes()).isEqualTo(80_000);
  }

  @Test
  void unknownKey_namesTheNearestKnownOne() throws IOException {
    assertRefused(
        yaml("listen:\n  prot: 80\n"), "unknown key 'listen.prot'", "did you mean 'listen.port'");
    assertRefused(yaml("lissten:\n  port: 80\n"), "unknown key 'lissten'");
    assertThatThrownBy(
            () -> CoordinatorConfig.read(Optional.empty(), Map.of(), List.of("stateDirectroy=x")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("did you mean 'stateDirectory'");
  }

  @Test
  void impossibleValue_namesKeyExpectedAndActual() throws IOException {
    assertRefused(yaml("listen:\n  port: 70000\n"), "listen.port is '70000'", "0..65535");
    assertRefused(yaml("listen:\n  port: http\n"), "listen.port is 'http'", "whole number");
    assertRefused(
        yaml("logs:\n  level: loud\n"), "logs.level is 'loud'", "error, warn, info, debug");
    assertRefused(yaml("logs:\n  file: perhaps\n"), "logs.file is 'perhaps'", "true or false");
    assertRefused(yaml("listen: 80\n"), "unknown key 'listen'");
    assertRefused(yaml("listen:\n  port: [80]\n"), "listen.port");
  }

  @Test
  void malformedYaml_saysWhere() throws IOException {
    assertRefused(yaml("listen:\n  port: [80\n"), "line", "not valid YAML");
    assertRefused(yaml("listen:\n  port: 80\n  port: 81\n"), "port");
  }

  @Test
  void missingFile_isNamed() {
    Path none = folder.resolve("none.yaml");
    assertRefused(none, none + " does not exist");
  }

  @Test
  void halfOfTls_isRefused() {
    assertThatThrownBy(() -> CoordinatorConfig.in(folder, "tls.certificate=a.pem"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("only tls.certificate");
  }

  @Test
  void everyKey_isDocumentedWithItsDefaultUnitAndVariable() throws IOException {
    String documentation = Files.readString(Path.of("..", "docs", "coordinator.md"));
    for (Setting setting : CoordinatorConfig.SETTINGS) {
      String initial = setting.initial().isEmpty() ? "-" : setting.initial();
      assertThat(documentation)
          .as(setting.path())
          .contains("| `" + setting.path() + "` | " + initial + " | " + setting.unit() + " |")
          .contains(setting.meaning());
    }
    assertThat(documentation).contains("TRIBUTARY_LISTEN_PORT");
  }

  private Path yaml(String text) throws IOException {
    return Files.writeString(folder.resolve("coordinator.yaml"), text);
  }

  private static void assertRefused(Path file, String... parts) {
    assertThatThrownBy(() -> CoordinatorConfig.read(Optional.of(file), Map.of(), List.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContainingAll(parts);
  }
}
