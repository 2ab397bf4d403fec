package dev.tributary.simulations.cli.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Figures look the same wherever the command runs: scripts read them. */
class OutputTest {

  @Test
  void figures_doNotDependOnTheLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      var nodes = JsonNodeFactory.instance;
      assertThat(Output.percent(nodes.numberNode(0.9512))).isEqualTo("95.12 %");
      assertThat(Output.decimal(nodes.numberNode(1.5))).isEqualTo("1.5000");
    } finally {
      Locale.setDefault(before);
    }
  }
}
