package dev.tributary.simulations.bench.fuzz.mutate;

import dev.tributary.simulations.data.SeededRandom;
import java.util.List;

/** Random choices of one request. One thread. */
public final class Choices {

  private final SeededRandom random;

  private Choices(SeededRandom random) {
    this.random = random;
  }

  /** Those of the {@code index}-th request. */
  public static Choices of(long seed, long index) {
    return new Choices(SeededRandom.of(seed, "fuzz", index));
  }

  /** Uniform in {0, ..., bound - 1}. */
  public int below(int bound) {
    return random.below(bound);
  }

  /** True in one of {@code often} cases. */
  public boolean oneIn(int often) {
    return random.below(often) == 0;
  }

  public <T> T one(List<T> of) {
    return of.get(random.below(of.size()));
  }

  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) random.bits();
    }
    return bytes;
  }

  /** Mostly small, seldom large: a power of two below {@code 2^bits}, less something. */
  int size(int bits) {
    return 1 + random.below(1 << random.below(bits + 1));
  }
}
