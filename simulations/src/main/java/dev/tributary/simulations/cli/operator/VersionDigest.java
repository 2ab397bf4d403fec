package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** A version as it is named on the command line: by its digest, or as much of it as is unique. */
public final class VersionDigest {

  /** What every parameter says that takes one. */
  public static final String DESCRIPTION =
      "Version: its digest, 64 hexadecimal digits, or the first six or more of them.";

  private static final Pattern WHOLE = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern BEGINNING = Pattern.compile("[0-9a-f]{6,63}");
  private static final int PAGE = 1000;

  private VersionDigest() {}

  /**
   * The whole digest.
   *
   * @param given whole or the beginning; what is neither is left for the coordinator to refuse
   * @throws CommandFailedException when no version begins like this, or several do
   */
  public static String of(AdminConnection connection, String given) throws InterruptedException {
    if (WHOLE.matcher(given).matches() || !BEGINNING.matcher(given).matches()) {
      return given;
    }
    Set<String> found = new TreeSet<>();
    String after = "";
    JsonNode models;
    do {
      models = connection.get("/api/v1/models?limit=" + PAGE + after).path("models");
      for (JsonNode model : models) {
        String digest = model.path("digest").asText();
        if (digest.startsWith(given)) {
          found.add(digest);
        }
        String place = model.path("task").asText() + "." + model.path("version").asText();
        after = "&after=" + AdminConnection.segment(place);
      }
    } while (models.size() == PAGE);
    if (found.size() != 1) {
      throw CommandFailedException.failed(
          found.isEmpty()
              ? "no version's digest begins with " + given
              : "several versions' digests begin with " + given + ": " + String.join(", ", found));
    }
    return found.iterator().next();
  }
}
