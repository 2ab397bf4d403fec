package dev.tributary.simulations.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/**
 * A coordinator with a small heap takes more than its heap in uploads, and needs no more for many
 * than for few.
 */
final class IntakeBenchTest {

  @Test
  @Timeout(240)
  void oneUpload_isARoundToo() throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new IntakeBench())
            .setOut(new PrintWriter(out, true))
            .execute("--uploads", "1", "--mebibytes", "1", "--heap", "128", "--json");
    assertThat(exitCode).isZero();
    assertThat(new ObjectMapper().readTree(out.toString()).path("outcome").asText())
        .isEqualTo("Published");
  }

  @Test
  void noUpload_isWrongUsage() {
    StringWriter err = new StringWriter();
    assertThat(
            new CommandLine(new IntakeBench())
                .setErr(new PrintWriter(err, true))
                .execute("--uploads", "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--uploads: expected at least 1, found 0");
  }

  @Test
  @Timeout(240)
  void uploadsOfTwiceTheHeap_areCounted_andTheLiveHeapStays() throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new IntakeBench())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(System.err, true, System.err.charset()))
            .execute("--uploads", "64", "--mebibytes", "4", "--heap", "128", "--json");
    JsonNode result = new ObjectMapper().readTree(out.toString());
    assertThat(exitCode).isZero();
    assertThat(result.path("outcome").asText()).isEqualTo("Published");
    double few = result.path("liveHeapMiBAfterTenth").asDouble();
    double many = result.path("liveHeapMiBAfterAll").asDouble();
    assertThat(many - few)
        .as("growth of the live heap in MiB over 58 uploads of 4 MiB")
        .isLessThan(8);
  }
}
