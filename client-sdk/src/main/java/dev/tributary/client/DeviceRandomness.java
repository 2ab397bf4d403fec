package dev.tributary.client;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.train.RoundSeeds;
import dev.tributary.security.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Where a device's randomness comes from. Safe for any thread. */
public interface DeviceRandomness {

  /** The seeds for one round. */
  RoundSeeds seedsFor(RoundId round);

  /** A name for the upload of one round. */
  UploadId uploadIdFor(RoundId round);

  /** Draws the waits between check-ins. */
  RandomGenerator waits();

  /** Unpredictable: fresh seeds and ids at each call. */
  static DeviceRandomness secure() {
    var random = new SecureRandom();
    return new DeviceRandomness() {
      @Override
      public RoundSeeds seedsFor(RoundId round) {
        byte[] roundingSeed = new byte[RoundSeeds.ROUNDING_SEED_BYTES];
        random.nextBytes(roundingSeed);
        return new RoundSeeds(random.nextLong(), roundingSeed);
      }

      @Override
      public UploadId uploadIdFor(RoundId round) {
        return UploadId.random(random);
      }

      @Override
      public RandomGenerator waits() {
        return random;
      }
    };
  }

  /**
   * Repeatable: everything follows from {@code seed} and the round, so that a simulation gives the
   * same model twice. Whoever knows the seed can undo the noise of rounding, so never for real
   * data. Give each device a seed of its own.
   */
  static DeviceRandomness insecureSeeded(long seed) {
    var unshared = new SplittableRandom(seed);
    RandomGenerator waits =
        () -> {
          synchronized (unshared) {
            return unshared.nextLong();
          }
        };
    return new DeviceRandomness() {
      @Override
      public RoundSeeds seedsFor(RoundId round) {
        long trainingSeed = ByteBuffer.wrap(derive(seed, round, "training")).getLong();
        return new RoundSeeds(trainingSeed, derive(seed, round, "rounding"));
      }

      @Override
      public UploadId uploadIdFor(RoundId round) {
        byte[] digest = derive(seed, round, "upload");
        return new UploadId(HexFormat.of().formatHex(Arrays.copyOf(digest, digest.length / 2)));
      }

      @Override
      public RandomGenerator waits() {
        return waits;
      }
    };
  }

  private static byte[] derive(long seed, RoundId round, String label) {
    MessageDigest digest = Sha256.start();
    digest.update(("tributary/simulated-device/v1/" + label).getBytes(StandardCharsets.US_ASCII));
    digest.update(
        ByteBuffer.allocate(2 * Long.BYTES).putLong(seed).putLong(round.number()).array());
    return digest.digest(round.task().toString().getBytes(StandardCharsets.US_ASCII));
  }
}
