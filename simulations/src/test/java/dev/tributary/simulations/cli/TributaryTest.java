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

  private int run(String... arguments) {
    return Tributary.run(arguments, new PrintWriter(out, true), new PrintWriter(err, true));
  }
}
