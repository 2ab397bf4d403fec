package dev.tributary.simulations.bench.fuzz;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.policy.PrivacyPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/** A device as it should be, with the real SDK, that is enough for a round of its own. */
final class GoodDevice {

  /** Of a population called {@code good}. */
  static final String TASK =
      """
      {"name":"good","population":"good",
       "model":{"format":"tributary-model/1","input":[2],"layers":[{"type":"linear","units":2}],
                "loss":"softmax-cross-entropy","classes":2},
       "protocol":"plain","cohort":{"target":1,"overSelection":1.0,"minimum":1},
       "pace":{"floorSeconds":0,"slotSeconds":1},"until":{"rounds":1}}
      """;

  private GoodDevice() {}

  static FederatedClient of(URI coordinator, String token, Path state) {
    return FederatedClient.builder()
        .coordinator(coordinator)
        .population("good")
        .enrolmentToken(token)
        .stateDirectory(state)
        .examples(() -> Examples.of(new float[] {1, 0, 0, 1}, 2, new int[] {0, 1}))
        .privacyPolicy(PrivacyPolicy.unchecked())
        .allowInsecurePlain()
        .shortestWait(Duration.ofMillis(10))
        .build();
  }
}
