package dev.tributary.simulations.chaos.device;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.DeviceRandomness;
import dev.tributary.client.train.RoundSeeds;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** A device's randomness from the seed of its world: as fresh at each call as the real one. */
final class SeededRandomness implements DeviceRandomness {
  private final SplittableRandom random;

  SeededRandomness(long seed, int device) {
    this.random = new SplittableRandom(seed * 31 + device);
  }

  @Override
  public RoundSeeds seedsFor(RoundId round) {
    byte[] rounding = new byte[RoundSeeds.ROUNDING_SEED_BYTES];
    random.nextBytes(rounding);
    return new RoundSeeds(random.nextLong(), rounding);
  }

  @Override
  public UploadId uploadIdFor(RoundId round) {
    return new UploadId("%016x%016x".formatted(random.nextLong(), random.nextLong()));
  }

  @Override
  public RandomGenerator waits() {
    return random;
  }
}
