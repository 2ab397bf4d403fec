package dev.tributary.simulations.data;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import java.util.Arrays;

/**
 * What asks for unpredictable bytes is given those that follow from a seed: for simulated devices,
 * whose keys hide nothing, so that a session of theirs has the same keys, roster and graph each
 * time. One thread at a time.
 */
public final class InsecureSeededRandom extends SecureRandom {

  private static final long serialVersionUID = 1;

  private InsecureSeededRandom(SeededRandom random) {
    super(new Spi(random), null);
  }

  /** A generator of its own for each purpose, and the {@code index}-th of several equal ones. */
  public static SecureRandom of(long seed, String purpose, long index) {
    return new InsecureSeededRandom(SeededRandom.of(seed, purpose, index));
  }

  private static final class Spi extends SecureRandomSpi {

    private static final long serialVersionUID = 1;

    private final transient SeededRandom random;

    private Spi(SeededRandom random) {
      this.random = random;
    }

    @Override
    protected void engineSetSeed(byte[] more) {} // what was there before decides

    @Override
    protected void engineNextBytes(byte[] bytes) {
      for (int i = 0; i < bytes.length; i += Long.BYTES) {
        long bits = random.bits();
        for (int j = i; j < Math.min(i + Long.BYTES, bytes.length); j++, bits >>>= Byte.SIZE) {
          bytes[j] = (byte) bits;
        }
      }
    }

    @Override
    protected byte[] engineGenerateSeed(int count) {
      byte[] seed = new byte[count];
      Arrays.fill(seed, (byte) random.bits());
      return seed;
    }
  }
}
