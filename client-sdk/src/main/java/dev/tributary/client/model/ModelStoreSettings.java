package dev.tributary.client.model;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import java.nio.file.Path;

/**
 * Which models a device runs, and where it keeps them.
 *
 * @param folder used by one store of this device and nobody else
 * @param root came with the program: what everything rests on
 * @param population whose models
 * @param channel which of them
 * @param device decides, with the channel's salt, whether it takes candidates
 * @param maximumModelBytes no larger file is fetched, at least 1
 */
public record ModelStoreSettings(
    Path folder,
    SignedMetadata<RootMetadata> root,
    PopulationName population,
    ChannelName channel,
    DeviceId device,
    long maximumModelBytes) {

  public ModelStoreSettings {
    if (maximumModelBytes < 1) {
      throw new IllegalArgumentException(
          "largest model: expected at least 1 byte, got " + maximumModelBytes);
    }
  }
}
