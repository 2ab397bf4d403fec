package dev.tributary.simulations.world.setup;

import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.DeviceRandomness;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.SeededRandom;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The devices of a simulation: what each holds and how each draws its random numbers, the same in
 * every transport.
 */
public final class SimulatedDevices {

  private final int[][] rows;
  private final Examples[] examples;
  private final DeviceRandomness[] randomness;

  public SimulatedDevices(Dataset dataset, int[][] rowsByDevice, long seed) {
    this.rows = rowsByDevice;
    this.examples =
        Arrays.stream(rowsByDevice).map(dataset.train()::subset).toArray(Examples[]::new);
    this.randomness =
        IntStream.range(0, rowsByDevice.length)
            .mapToObj(
                device ->
                    DeviceRandomness.insecureSeeded(SeededRandom.of(seed, "device", device).bits()))
            .toArray(DeviceRandomness[]::new);
  }

  public int count() {
    return examples.length;
  }

  /** For each device the numbers of its training rows; not to be written to. */
  public int[][] rows() {
    return rows;
  }

  /** The training rows of a device. */
  public Examples examples(int device) {
    return examples[device];
  }

  public DeviceRandomness randomness(int device) {
    return randomness[device];
  }

  /** The example count of the device that has most. */
  public int largest() {
    return Arrays.stream(examples).mapToInt(Examples::size).max().orElse(1);
  }
}
