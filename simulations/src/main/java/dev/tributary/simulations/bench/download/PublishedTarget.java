package dev.tributary.simulations.bench.download;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.security.Sha256;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import dev.tributary.simulations.bench.ingest.BenchOperator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * A float32 version that the signed metadata of a coordinator list, as devices fetch it.
 *
 * @param digest SHA-256 of the file, 64 hexadecimal digits
 * @param bytes of the file
 * @param file where the coordinator has it, for a server that does nothing but send it
 */
record PublishedTarget(String digest, long bytes, Path file) {

  private static final int CLASSES = 10;
  private static final Duration ROOT_LIFE = Duration.ofDays(1);

  /**
   * Installs a root, makes a task, whose initial model is a version like any other, and promotes
   * that version to all devices of the channel {@code stable}.
   *
   * @param state the coordinator's folder
   * @param dimension of the model, rounded to a whole number of inputs; 4 bytes each
   * @param cohort of the task: more devices than there are, so that no round begins meanwhile
   * @throws IOException when the coordinator refuses one of these
   */
  static PublishedTarget publish(
      BenchOperator operator, Path state, PopulationName population, long dimension, int cohort)
      throws IOException, InterruptedException {
    operator.createPopulation(population);
    operator.ask("/api/v1/root", root(state.resolve("metadata-keys")));
    String version =
        operator
            .ask("/api/v1/tasks", task(population, dimension, cohort))
            .path("latest")
            .path("digest")
            .asText();
    operator.ask(
        "/api/v1/channels/" + population + "/stable/promote", "{\"version\":\"" + version + "\"}");
    Path file = state.resolve("models").resolve(version + ".safetensors");
    return new PublishedTarget(version, Files.size(file), file);
  }

  /** A root of one holder, whose key nobody keeps, that names the coordinator's own keys. */
  private static String root(Path keys) throws IOException {
    var random = new SecureRandom();
    var online = OnlineKeyFolder.open(keys, OnlineKeyFolder.sealingKeyIn(keys), random);
    var holder = new MetadataSigner(DeviceKeyPair.generate(random));
    RootPlan plan =
        RootPlan.first(1, Instant.now().plus(ROOT_LIFE)).with(MetadataRole.ROOT, holder.key());
    for (var role : online.byRole().entrySet()) {
      plan = plan.with(role.getKey(), role.getValue().getFirst().key());
    }
    return new String(
        RootDraft.unsigned(plan, Optional.empty()).signedBy(holder).file().encode(),
        StandardCharsets.UTF_8);
  }

  private static String task(PopulationName population, long dimension, int cohort) {
    return String.format(
        Locale.ROOT,
        """
        {"name":"download","population":"%s",
         "model":{"format":"tributary-model/1","input":[%d],
                  "layers":[{"type":"linear","units":%d}],
                  "loss":"softmax-cross-entropy","classes":%d},
         "cohort":{"target":%d,"minimum":%d}}
        """,
        population,
        Math.max(1, (dimension - CLASSES) / CLASSES),
        CLASSES,
        CLASSES,
        cohort,
        cohort);
  }

  /** Where a device asks for it. */
  String path() {
    return "/v1/targets/" + digest;
  }

  /**
   * Fetches it once and checks that what devices get is the file that was signed.
   *
   * @param authorization of a device of the population: the header's value
   * @throws IOException when something else comes
   */
  void requireServed(HttpClient http, URI coordinator, String authorization)
      throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        http.send(
            HttpRequest.newBuilder(coordinator.resolve(path()))
                .header("Authorization", authorization)
                .build(),
            BodyHandlers.ofByteArray());
    String found = HexFormat.of().formatHex(Sha256.of(answer.body()));
    if (answer.statusCode() != 200 || !found.equals(digest)) {
      throw new IOException(
          path()
              + ": expected 200 and the file of this digest, got "
              + answer.statusCode()
              + " and "
              + found);
    }
  }
}
