package dev.tributary.simulations.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The coordinator of this program as a process of its own, so that its heap is limited and measured
 * alone.
 */
public final class CoordinatorProcess implements AutoCloseable {

  private static final double MEBIBYTE = 1 << 20;
  private static final long STOP_SECONDS = 30;

  private final Process process;
  private final URI uri;
  private final Path adminTokenFile;
  private final HttpClient http = HttpClient.newHttpClient();

  private CoordinatorProcess(Process process, URI uri, Path adminTokenFile) {
    this.process = process;
    this.uri = uri;
    this.adminTokenFile = adminTokenFile;
  }

  /**
   * Starts it on a free port and waits until it listens.
   *
   * @param heapMebibytes the most its heap may take
   * @param settings {@code key=value}, besides the state folder and the port
   * @throws IOException when it does not start
   */
  public static CoordinatorProcess start(Path stateDirectory, int heapMebibytes, String... settings)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heapMebibytes + "m",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.tributary.simulations.cli.Tributary",
                "coordinator",
                "--json",
                "stateDirectory=" + stateDirectory,
                "listen.port=0"));
    command.addAll(List.of(settings));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    String line = out.readLine();
    if (line == null) {
      throw new IOException("the coordinator's process ended before it listened");
    }
    JsonNode started = new ObjectMapper().readTree(line);
    return new CoordinatorProcess(
        process,
        URI.create(started.path("uri").asText()),
        Path.of(started.path("adminTokenFile").asText()));
  }

  public URI uri() {
    return uri;
  }

  public Path adminTokenFile() {
    return adminTokenFile;
  }

  /** The heap in use now, garbage included. */
  public double heapMebibytes() throws IOException, InterruptedException {
    String metrics =
        http.send(HttpRequest.newBuilder(uri.resolve("/metrics")).build(), BodyHandlers.ofString())
            .body();
    return metrics
            .lines()
            .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
            .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
            .sum()
        / MEBIBYTE;
  }

  /** The heap that is still needed: in use right after a full collection. */
  public double liveHeapMebibytes() throws IOException, InterruptedException {
    Process collection =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(process.pid()),
                "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (collection.waitFor() != 0) {
      throw new IOException("jcmd could not make the coordinator collect its garbage");
    }
    return heapMebibytes();
  }

  @Override
  public void close() {
    http.close();
    process.destroy();
    try {
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
