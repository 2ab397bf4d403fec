package dev.tributary.security.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.math.ec.rfc7748.X25519;

/** The field against {@link BigInteger}, the function on it against another implementation. */
class Field25519Test {

  private static final BigInteger PRIME = BigInteger.TWO.pow(255).subtract(BigInteger.valueOf(19));
  private static final long LARGEST_REDUCED = (1L << 51) + (1L << 16) - 1;
  private static final long LARGEST_LOOSE = (1L << 53) - 1;

  @Provide
  Arbitrary<long[]> reduced() {
    return elements(LARGEST_REDUCED);
  }

  @Provide
  Arbitrary<long[]> loose() {
    return elements(LARGEST_LOOSE);
  }

  /** Limbs at the ends of what is allowed, and at those of 51 bits, as often as any others. */
  private static Arbitrary<long[]> elements(long largest) {
    return Arbitraries.oneOf(
            Arbitraries.longs().between(0, largest),
            Arbitraries.of(largest, largest - 1),
            Arbitraries.of(0L, 1L, (1L << 51) - 19, (1L << 51) - 1, 1L << 51))
        .array(long[].class)
        .ofSize(Field25519.LIMBS);
  }

  /** Field elements as bytes, with many at 0, p and 2^255. */
  @Provide
  Arbitrary<byte[]> encoded() {
    return Arbitraries.oneOf(
        Arbitraries.bytes().array(byte[].class).ofSize(Field25519.LENGTH_BYTES),
        Arbitraries.integers()
            .between(-40, 60)
            .map(near -> bytes(PRIME.add(BigInteger.valueOf(near)).mod(BigInteger.TWO.pow(255)))));
  }

  @Property
  void productSquareAndInverse_areThoseOfTheField(
      @ForAll("loose") long[] a, @ForAll("loose") long[] b) {
    long[] out = new long[Field25519.LIMBS];
    Field25519.multiply(a, b, out);
    assertReduced(out, value(a).multiply(value(b)));
    Field25519.square(a, out);
    assertReduced(out, value(a).pow(2));
    Field25519.multiplyByA24(a, out);
    assertReduced(out, value(a).multiply(BigInteger.valueOf(121665)));
    Field25519.invert(a, out);
    assertReduced(out, value(a).modPow(PRIME.subtract(BigInteger.TWO), PRIME));
  }

  @Property
  void sumAndDifferenceOfReducedElements_areLooseOnesOfTheField(
      @ForAll("reduced") long[] a, @ForAll("reduced") long[] b) {
    long[] out = new long[Field25519.LIMBS];
    Field25519.add(a, b, out);
    assertLimbs(out, LARGEST_LOOSE);
    assertThat(value(out).mod(PRIME)).isEqualTo(value(a).add(value(b)).mod(PRIME));
    Field25519.subtract(a, b, out);
    assertLimbs(out, LARGEST_LOOSE);
    assertThat(value(out).mod(PRIME)).isEqualTo(value(a).subtract(value(b)).mod(PRIME));
  }

  @Property
  void resultOverAnOperand_isTheSame(@ForAll("loose") long[] a, @ForAll("loose") long[] b) {
    long[] apart = new long[Field25519.LIMBS];
    Field25519.multiply(a, b, apart);
    long[] over = a.clone();
    Field25519.multiply(over, b, over);
    assertThat(over).isEqualTo(apart);
    over = b.clone();
    Field25519.multiply(a, over, over);
    assertThat(over).isEqualTo(apart);
    Field25519.multiplyByA24(a, apart);
    over = a.clone();
    Field25519.multiplyByA24(over, over);
    assertThat(over).isEqualTo(apart);
    Field25519.square(a, apart);
    over = a.clone();
    Field25519.square(over, over);
    assertThat(over).isEqualTo(apart);
  }

  /** The largest limbs everywhere, which the bounds of the columns are about. */
  @Example
  void largestLimbs_doNotOverflow() {
    long[] loose = all(LARGEST_LOOSE);
    long[] out = new long[Field25519.LIMBS];
    Field25519.multiply(loose, loose, out);
    assertReduced(out, value(loose).pow(2));
    Field25519.square(loose, out);
    assertReduced(out, value(loose).pow(2));
    Field25519.multiplyByA24(loose, out);
    assertReduced(out, value(loose).multiply(BigInteger.valueOf(121665)));
    Field25519.subtract(all(0), all(LARGEST_REDUCED), out);
    assertLimbs(out, LARGEST_LOOSE);
    assertThat(value(out).mod(PRIME)).isEqualTo(value(all(LARGEST_REDUCED)).negate().mod(PRIME));
  }

  private static long[] all(long limb) {
    return new long[] {limb, limb, limb, limb, limb};
  }

  /** At 0, p, 2^255 and beyond: where the last subtraction decides. */
  @Example
  void encodingAtTheEdges_isOfTheNumberBelowThePrime() {
    long top = (1L << 51) - 1;
    long[] edges = {
      0, 1, 18, 19, top - 19, top - 18, top - 17, top, top + 1, top + 2, LARGEST_REDUCED
    };
    int combinations = (int) Math.pow(edges.length, Field25519.LIMBS);
    for (int i = 0; i < combinations; i++) {
      long[] element = new long[Field25519.LIMBS];
      for (int limb = 0, rest = i; limb < element.length; limb++, rest /= edges.length) {
        element[limb] = edges[rest % edges.length];
      }
      if (!Arrays.equals(Field25519.encode(element), bytes(value(element).mod(PRIME)))) {
        throw new AssertionError("encoding of " + Arrays.toString(element));
      }
    }
  }

  @Property
  void encodingOfAReducedElement_isItsNumberBelowThePrime(@ForAll("reduced") long[] a) {
    assertThat(Field25519.encode(a)).isEqualTo(bytes(value(a).mod(PRIME)));
  }

  @Property
  void decoding_readsAllBitsButTheTopOne(@ForAll("encoded") byte[] bytes) {
    long[] decoded = Field25519.decode(bytes);
    assertLimbs(decoded, (1L << 51) - 1);
    assertThat(value(decoded)).isEqualTo(number(bytes).clearBit(255));
  }

  @Property
  void swap_swapsOrDoesNot(@ForAll("loose") long[] a, @ForAll("loose") long[] b) {
    long[] left = a.clone();
    long[] right = b.clone();
    Field25519.swap(0, left, right);
    assertThat(left).isEqualTo(a);
    assertThat(right).isEqualTo(b);
    Field25519.swap(-1, left, right);
    assertThat(left).isEqualTo(b);
    assertThat(right).isEqualTo(a);
  }

  /** Of any point, on the curve or its twist, canonical or not, also those that give zero. */
  @Property
  void function_isThatOfAnotherImplementation(
      @ForAll("encoded") byte[] scalar, @ForAll("encoded") byte[] point) {
    byte[] expected = new byte[X25519.POINT_SIZE];
    X25519.scalarMult(scalar, 0, point, 0, expected, 0);
    assertThat(X25519Ladder.multiplied(scalar, point)).isEqualTo(expected);
  }

  /** Points of small order among them, whose denominators are zero. */
  @Property
  void manyPointsAtOnce_giveWhatEachOfThemGives(
      @ForAll("encoded") byte[] scalar, @ForAll @Size(max = 6) List<@From("encoded") byte[]> some) {
    List<byte[]> points = new ArrayList<>(some);
    points.add(some.size() / 2, new byte[Field25519.LENGTH_BYTES]);
    points.add(bytes(BigInteger.ONE));
    points.add(bytes(PRIME.subtract(BigInteger.ONE)));

    List<byte[]> results = X25519Ladder.multiplied(scalar, points);

    assertThat(results).hasSameSizeAs(points);
    for (int i = 0; i < points.size(); i++) {
      byte[] expected = new byte[X25519.POINT_SIZE];
      X25519.scalarMult(scalar, 0, points.get(i), 0, expected, 0);
      assertThat(results.get(i)).isEqualTo(expected);
    }
  }

  @Example
  void scalarAndPoint_areNotChanged() {
    byte[] scalar = bytes(PRIME);
    byte[] point = bytes(BigInteger.valueOf(9));
    X25519Ladder.multiplied(scalar, point);
    assertThat(scalar).isEqualTo(bytes(PRIME));
    assertThat(point).isEqualTo(bytes(BigInteger.valueOf(9)));
  }

  private static void assertReduced(long[] element, BigInteger expected) {
    assertLimbs(element, LARGEST_REDUCED);
    assertThat(value(element).mod(PRIME)).isEqualTo(expected.mod(PRIME));
  }

  private static void assertLimbs(long[] element, long largest) {
    for (long limb : element) {
      assertThat(limb).isBetween(0L, largest);
    }
  }

  private static BigInteger value(long[] element) {
    BigInteger value = BigInteger.ZERO;
    for (int i = Field25519.LIMBS - 1; i >= 0; i--) {
      value = value.shiftLeft(51).add(BigInteger.valueOf(element[i]));
    }
    return value;
  }

  private static BigInteger number(byte[] littleEndian) {
    byte[] bigEndian = new byte[littleEndian.length];
    for (int i = 0; i < bigEndian.length; i++) {
      bigEndian[i] = littleEndian[bigEndian.length - 1 - i];
    }
    return new BigInteger(1, bigEndian);
  }

  private static byte[] bytes(BigInteger number) {
    byte[] littleEndian = new byte[Field25519.LENGTH_BYTES];
    for (int i = 0; i < littleEndian.length; i++) {
      littleEndian[i] = number.shiftRight(8 * i).byteValue();
    }
    return littleEndian;
  }
}
