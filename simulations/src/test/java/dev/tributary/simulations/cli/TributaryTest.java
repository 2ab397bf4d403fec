package dev.tributary.simulations.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TributaryTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void help_printsUsageOnStandardOutput_andSucceeds() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: tributary");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void version_isOneLineThatNamesTheProgram() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString().lines()).singleElement().asString().startsWith("tributary ");
  }

  @Test
  void unknownArgument_isWrongUsage_andNamesTheArgument() {
    assertThat(run("--wat")).isEqualTo(2);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains("--wat");
  }

  @Test
  void missingParameter_isSaidInTwoLines_andWhereToReadMore() {
    assertThat(run("model", "show")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            "tributary: Missing required parameter: 'DIGEST'", "Try: tributary model show --help");
  }

  @Test
  void missingSubcommand_isSaidBelowThoseThatThereAre() {
    assertThat(run("bench")).isEqualTo(2);
    assertThat(err.toString().lines())
        .contains("Commands:")
        .last()
        .isEqualTo("tributary: bench: say what to measure");
  }

  @Test
  void misspeltSubcommand_isAnsweredWithTheOneThatWasMeant() {
    assertThat(run("simulat")).isEqualTo(2);
    assertThat(err.toString()).contains("'simulat'").contains("Did you mean: tributary simulate");
  }

  private int run(String... arguments) {
    return Tributary.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
  }
}
