package dev.tributary.simulations.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTableTest {

  @Test
  void rows_areAlignedUnderTheirHeader() {
    List<String> lines = printed(false).lines().limit(4).toList();
    assertThat(lines.get(0))
        .isEqualTo("    round  devices drop-outs      loss  accuracy        up      down  seconds");
    assertThat(lines.get(1))
        .isEqualTo("      1/3        3         1    1.2500   50.00 %   1.10 kB   2.20 kB     0.50");
    assertThat(lines.get(2))
        .isEqualTo("      2/3        4         0         -         -   1.10 kB   2.20 kB     0.50");
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSameSizeAs(lines.get(0)));
  }

  @Test
  void withoutATerminal_onlyWholeLinesArePrinted() {
    assertThat(printed(false)).doesNotContain("\r", "\u001b");
  }

  @Test
  void inATerminal_aBarShowsTheRoundAndIsErasedBeforeTheRow() {
    String printed = printed(true);
    assertThat(printed).contains("[====                    ] round 1 of 3, 2 of 4 devices");
    assertThat(printed).contains("\r\u001b[2K      1/3");
  }

  @Test
  void theEnd_saysWhatTheRunCameTo() {
    assertThat(printed(false))
        .contains(
            "accuracy 75.00 %, macro F1 70.00 %, loss 0.5000 after 3 rounds of 4 devices in 1.5 s;"
                + " 3.30 kB up, 6.60 kB down");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.00 kB",
    "9994, 9.99 kB",
    "10000, 10.0 kB",
    "999499, 999 kB",
    "999500, 1.00 MB",
    "40706400, 40.7 MB",
    "9223372036854775807, 9223372 TB"
  })
  void bytes_haveThreeDigitsAndADecimalUnit(long count, String text) {
    assertThat(ConsoleTable.bytes(count)).isEqualTo(text);
  }

  private static String printed(boolean live) {
    StringWriter text = new StringWriter();
    ConsoleTable table = new ConsoleTable(new PrintWriter(text), live, 3);
    RunRecord run = Runs.named("a run");
    table.progress(1, 2, 4);
    run.rounds().forEach(table::row);
    table.finish(run.summary());
    return text.toString();
  }
}
