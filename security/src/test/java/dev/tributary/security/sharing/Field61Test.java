package dev.tributary.security.sharing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Against the arithmetic of big integers. */
class Field61Test {

  private static final BigInteger P = BigInteger.TWO.pow(61).subtract(BigInteger.ONE);
  private static final long LOOSE_LIMIT = (1L << 61) + 16;

  private static final List<Long> EDGES =
      List.of(
          0L,
          1L,
          2L,
          (1L << 32) - 1,
          1L << 32,
          (1L << 60) - 1,
          1L << 60,
          Field61.PRIME - 2,
          Field61.PRIME - 1);

  @Provide
  Arbitrary<Long> canonical() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, Field61.PRIME - 1), Arbitraries.of(EDGES));
  }

  @Provide
  Arbitrary<Long> loose() {
    return Arbitraries.oneOf(
        Arbitraries.longs().between(0, LOOSE_LIMIT - 1),
        Arbitraries.longs().between(Field61.PRIME - 4, LOOSE_LIMIT - 1));
  }

  @Property(tries = 5000)
  void sumDifferenceAndProduct_areThoseOfBigIntegers(
      @ForAll("canonical") long a, @ForAll("canonical") long b) {
    BigInteger bigA = BigInteger.valueOf(a);
    BigInteger bigB = BigInteger.valueOf(b);
    assertThat(Field61.add(a, b)).isEqualTo(bigA.add(bigB).mod(P).longValueExact());
    assertThat(Field61.subtract(a, b)).isEqualTo(bigA.subtract(bigB).mod(P).longValueExact());
    assertThat(Field61.multiply(a, b)).isEqualTo(bigA.multiply(bigB).mod(P).longValueExact());
  }

  @Property(tries = 5000)
  void looseFactors_giveTheCanonicalProductWithinTheStatedBound(
      @ForAll("loose") long a, @ForAll("loose") long b) {
    long unreduced = Field61.multiplyUnreduced(a, b);
    assertThat(unreduced).isBetween(0L, (1L << 62) + (1L << 8) - 1);
    assertThat(Field61.loose(unreduced)).isBetween(0L, LOOSE_LIMIT - 1);
    assertThat(Field61.multiply(a, b))
        .isEqualTo(BigInteger.valueOf(a).multiply(BigInteger.valueOf(b)).mod(P).longValueExact());
  }

  @Property(tries = 2000)
  void anyNonNegativeLong_hasItsCanonicalElement(@ForAll long any) {
    long x = any & Long.MAX_VALUE;
    assertThat(Field61.canonical(x)).isEqualTo(BigInteger.valueOf(x).mod(P).longValueExact());
  }

  @Property(tries = 500)
  void inverse_isThatOfBigIntegers(@ForAll("canonical") long a) {
    if (a != 0) {
      assertThat(Field61.invert(a)).isEqualTo(BigInteger.valueOf(a).modInverse(P).longValueExact());
    }
  }

  @Property(tries = 2000)
  void excess_isZeroForCanonicalElementsOnly(@ForAll long bits) {
    assertThat(Field61.excess(bits) == 0).isEqualTo(bits >= 0 && bits < Field61.PRIME);
  }

  @Test
  void excess_isRightAtTheEdges() {
    for (long canonical : EDGES) {
      assertThat(Field61.excess(canonical)).isZero();
    }
    for (long other : new long[] {Field61.PRIME, 1L << 61, 1L << 62, Long.MAX_VALUE, -1, -2}) {
      assertThat(Field61.excess(other)).isNotZero();
    }
    assertThat(Field61.excess(Long.MIN_VALUE)).isNotZero();
  }

  @Test
  void extremes_reduce() {
    assertThat(Field61.canonical(Field61.PRIME)).isZero();
    assertThat(Field61.canonical(Long.MAX_VALUE)).isEqualTo(3);
    assertThat(Field61.canonical(2 * Field61.PRIME)).isZero();
  }
}
