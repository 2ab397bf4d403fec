package dev.tributary.client.documentation;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import java.net.URI;
import java.nio.file.Path;

/** What README.md and docs/sdk.md show, between the two marks, as code that compiles. */
final class TenLines {

  private TenLines() {}

  static void takePart(String token, Examples examples) {
    // begin: ten-lines
    FederatedClient client =
        FederatedClient.builder()
            .coordinator(URI.create("https://coordinator.example"))
            .population("keyboards")
            .enrolmentToken(token)
            .stateDirectory(Path.of("device-state"))
            .examples(() -> examples) // Examples.of(features, featureSize, labels)
            .build();
    client.start(); // takes part in the background, waiting between rounds as told
    client.close(); // leaves its round, frees everything
    // end: ten-lines
  }
}
