package dev.tributary.simulations.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Whether it measures what it says, not how much. */
final class IngestBenchTest {

  @Test
  @Timeout(240)
  void smallRun_hasEveryFigure() throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new IngestBench())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(System.err, true, System.err.charset()))
            .execute("--devices", "20", "--dimension", "10000", "--repeats", "1", "--json");
    assertThat(exitCode).isZero();
    var result = new ObjectMapper().readTree(out.toString());
    for (String figure : new String[] {"sinkMBps", "plainMBps", "durableMBps", "peakHeapMiB"}) {
      assertThat(result.path(figure).asDouble()).as(figure).isPositive();
    }
    assertThat(result.path("durableToPlain").asDouble())
        .isEqualTo(result.path("durableMBps").asDouble() / result.path("plainMBps").asDouble());
    assertThat(result.path("uploadBytes").asInt()).isGreaterThan(10_000 * 16 / 8);
  }

  @Test
  void noDevice_isWrongUsage() {
    StringWriter err = new StringWriter();
    assertThat(
            new CommandLine(new IngestBench())
                .setErr(new PrintWriter(err, true))
                .execute("--devices", "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--devices: expected at least 1, found 0");
  }
}
