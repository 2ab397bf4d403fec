package dev.tributary.simulations.bench.download;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

/** Whether it measures what it says, not how much. */
final class DownloadBenchTest {

  @Test
  @Timeout(240)
  void smallRun_fetchesAPublishedTarget_andHasEveryFigure() throws Exception {
    StringWriter out = new StringWriter();
    int exitCode =
        new CommandLine(new DownloadBench())
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(System.err, true, System.err.charset()))
            .execute("--devices", "5", "--dimension", "10000", "--repeats", "1", "--json");
    assertThat(exitCode).isZero();
    var result = new ObjectMapper().readTree(out.toString());
    for (String figure : new String[] {"bareMBps", "servedMBps", "peakHeapMiB"}) {
      assertThat(result.path(figure).asDouble()).as(figure).isPositive();
    }
    assertThat(result.path("servedToBare").asDouble())
        .isEqualTo(result.path("servedMBps").asDouble() / result.path("bareMBps").asDouble());
    assertThat(result.path("devices").asInt()).isEqualTo(5);
    assertThat(result.path("modelBytes").asInt()).isBetween(10_000 * 4, 10_000 * 4 + 1000);
    assertThat(result.path("path").asText()).matches("/v1/targets/[0-9a-f]{64}");
  }

  @Test
  void noDevice_isWrongUsage() {
    StringWriter err = new StringWriter();
    assertThat(
            new CommandLine(new DownloadBench())
                .setErr(new PrintWriter(err, true))
                .execute("--devices", "0"))
        .isEqualTo(2);
    assertThat(err.toString()).contains("--devices: expected at least 1, found 0");
  }
}
