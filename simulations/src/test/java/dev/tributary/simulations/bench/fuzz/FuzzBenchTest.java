package dev.tributary.simulations.bench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Mutated requests to every route of a real coordinator, a thousand to each. */
final class FuzzBenchTest {

  private static final int ROUTES = 37;

  @Test
  @Timeout(480)
  void mutatedRequests_areAllAnsweredAsDeclared_andTheHeapStays() throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new FuzzBench())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(System.err, true, System.err.charset()))
            .execute("--requests", Integer.toString(ROUTES * 1000), "--seed", "20261126", "--json");
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(result.path("firstFailure").isNull())
        .as(result.path("firstFailure").asText())
        .isTrue();
    assertThat(exitCode).isZero();
    assertThat(result.path("requests").asInt()).isEqualTo(ROUTES * 1000);
    assertThat(result.path("routes").asInt()).isGreaterThanOrEqualTo(ROUTES);
    assertThat(result.path("serverErrors").asInt()).isZero();
    assertThat(result.path("hangs").asInt()).isZero();
    assertThat(result.path("undeclared").asInt()).isZero();
    // the rounds are still there to be fuzzed, and so are those who may do what they ask
    assertThat(result.path("byStatus").fieldNames())
        .toIterable()
        .contains("200", "201", "204", "400", "401", "403", "404", "405", "409", "413", "415");
  }

  @Test
  void noRequest_isWrongUsage() {
    StringWriter err = new StringWriter();
    assertThat(
            new CommandLine(new FuzzBench())
                .setErr(new PrintWriter(err, true))
                .execute("--requests", "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--requests: expected at least 1, found 0");
  }
}
