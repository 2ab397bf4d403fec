package dev.tributary.simulations.bench.siege;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Connections that do nothing are closed, whatever they have begun. */
final class SiegeBenchTest {

  @Test
  @Timeout(240)
  void idleConnections_areAllClosed_andHonestRequestsAnswered() throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new SiegeBench())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(System.err, true, System.err.charset()))
            .execute("--idle", "300", "--requests", "200", "--heap", "128", "--json");
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(exitCode).isZero();
    assertThat(result.path("stillOpen").asInt()).isZero();
    assertThat(result.path("requests").asInt()).isEqualTo(200);
  }

  @Test
  void noConnection_isWrongUsage() {
    StringWriter err = new StringWriter();
    assertThat(
            new CommandLine(new SiegeBench())
                .setErr(new PrintWriter(err, true))
                .execute("--idle", "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("expected at least 1");
  }
}
