package dev.tributary.aggregation.mask.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class HararyGraphTest {

  /** Degrees 2, 4, ... below n - 1, and n - 1. */
  @Provide
  Arbitrary<NeighbourGraph> graphs() {
    return Combinators.combine(
            Arbitraries.integers().between(3, 150),
            Arbitraries.integers().between(1, 75),
            Arbitraries.longs())
        .as(
            (devices, half, seed) ->
                graph(devices, 2 * half < devices - 1 ? 2 * half : devices - 1, seed));
  }

  private static NeighbourGraph graph(int devices, int degree, long seed) {
    return NeighbourGraph.of(new GraphParameters(devices, degree, degree, degree), seed(seed));
  }

  private static byte[] seed(long number) {
    return ByteBuffer.allocate(32).putLong(24, number).array();
  }

  @Property(tries = 200)
  void everyDevice_hasExactlyTheNeighboursWithinHalfTheDegreeOnTheRing(
      @ForAll("graphs") NeighbourGraph graph) {
    int n = graph.devices();
    DevicePermutation ring = graph.permutation();
    for (int a = 0; a < n; a++) {
      assertThat(ring.deviceAt(ring.positionOf(a))).isEqualTo(a);
      BitSet neighbours = new BitSet(n);
      for (int neighbour : graph.neighbours(a)) {
        neighbours.set(neighbour);
      }
      assertThat(neighbours.cardinality()).isEqualTo(graph.degree());
      for (int b = 0; b < n; b++) {
        int apart = Math.abs(ring.positionOf(a) - ring.positionOf(b));
        boolean near = Math.min(apart, n - apart) <= (graph.degree() + 1) / 2;
        assertThat(neighbours.get(b)).isEqualTo(a != b && near);
        assertThat(graph.areNeighbours(a, b)).isEqualTo(a != b && near);
        assertThat(graph.areNeighbours(b, a)).isEqualTo(graph.areNeighbours(a, b));
      }
    }
  }

  @Property(tries = 200)
  void slots_numberTheNeighbours(@ForAll("graphs") NeighbourGraph graph) {
    for (int device = 0; device < graph.devices(); device++) {
      int[] neighbours = graph.neighbours(device);
      for (int slot = 0; slot < graph.degree(); slot++) {
        assertThat(graph.neighbour(device, slot)).isEqualTo(neighbours[slot]);
        assertThat(graph.slotOf(device, neighbours[slot])).isEqualTo(slot);
      }
      assertThat(graph.slotOf(device, device)).isEqualTo(NeighbourGraph.NO_SLOT);
    }
  }

  @Property(tries = 500)
  void withFewerThanDegreeDevicesTakenAway_theRestIsConnected(
      @ForAll("graphs") NeighbourGraph graph, @ForAll long choice) {
    Random random = new Random(choice);
    BitSet removed = new BitSet(graph.devices());
    while (removed.cardinality() < graph.degree() - 1) {
      removed.set(random.nextInt(graph.devices()));
    }

    assertThat(connectedWithout(graph, removed)).isTrue();
  }

  /** The worst that so few can do: two runs along the ring, as long as possible. */
  @Property(tries = 500)
  void withTwoRunsOfTheRingTakenAway_theRestFallsApartOnlyIfBothAreHalfTheDegree(
      @ForAll("graphs") NeighbourGraph graph, @ForAll long choice) {
    int n = graph.devices();
    int half = graph.degree() / 2;
    if (n < graph.degree() + 2) {
      return; // complete: nothing to split
    }
    int gap = half + 1 + new Random(choice).nextInt(n - 2 * half - 1);
    BitSet removed = new BitSet(n);
    for (int i = 0; i < half; i++) {
      removed.set(graph.permutation().deviceAt(i));
      removed.set(graph.permutation().deviceAt((gap + i) % n));
    }
    assertThat(connectedWithout(graph, removed)).isFalse();

    removed.clear(graph.permutation().deviceAt(new Random(choice).nextInt(half)));
    assertThat(connectedWithout(graph, removed)).isTrue();
  }

  private static boolean connectedWithout(NeighbourGraph graph, BitSet removed) {
    BitSet seen = new BitSet(graph.devices());
    ArrayDeque<Integer> next = new ArrayDeque<>();
    int first = removed.nextClearBit(0);
    seen.set(first);
    next.add(first);
    while (!next.isEmpty()) {
      for (int neighbour : graph.neighbours(next.remove())) {
        if (!removed.get(neighbour) && !seen.get(neighbour)) {
          seen.set(neighbour);
          next.add(neighbour);
        }
      }
    }
    return seen.cardinality() == graph.devices() - removed.cardinality();
  }

  /**
   * Each of the 24 orders of 4 devices comes 200 +- 83 times in 4800: six standard deviations
   * (13.8), which a fair order misses with probability 24 * 2e-9 = 5e-8. The seeds are fixed.
   */
  @Test
  void orders_areEquallyLikely() {
    Map<Integer, Integer> counts = new HashMap<>();
    for (int i = 0; i < 4800; i++) {
      DevicePermutation order = DevicePermutation.of(4, seed(i));
      int code = 0;
      for (int position = 0; position < 4; position++) {
        code = 4 * code + order.deviceAt(position);
      }
      counts.merge(code, 1, Integer::sum);
    }
    assertThat(counts).hasSize(24);
    assertThat(counts.values()).allSatisfy(count -> assertThat(count).isBetween(117, 283));
  }

  /**
   * Devices 0 to 49 of 1000 are corrupt, each of degree 90: together all devices count 50 * 90
   * corrupt neighbours, whatever the order. That any device has more of them than the bound has
   * probability 2^-41 at most in each of the 20 graphs, 1e-11 in all.
   */
  @Test
  void corruptNeighbours_stayWithinTheirBound() {
    int bound =
        NeighbourBounds.of(CohortAssumptions.of(1000, 0.05, 0.1, Adversary.ACTIVE), 90)
            .corruptAtMost();
    for (int i = 0; i < 20; i++) {
      NeighbourGraph graph = graph(1000, 90, i);
      long sum = 0;
      for (int device = 0; device < 1000; device++) {
        long corrupt = Arrays.stream(graph.neighbours(device)).filter(d -> d < 50).count();
        assertThat(corrupt).isLessThanOrEqualTo(bound);
        sum += corrupt;
      }
      assertThat(sum).isEqualTo(50 * 90);
    }
  }

  @Test
  void seedsAndCohortsOfTheWrongSize_areRefused() {
    assertThatThrownBy(() -> DevicePermutation.of(20, new byte[31]))
        .hasMessage("seed of the graph: expected 32 bytes, got 31");
    assertThatThrownBy(() -> DevicePermutation.seed(new byte[33], new byte[1]))
        .hasMessage("Merkle root: expected 32 bytes, got 33");
    assertThatThrownBy(() -> DevicePermutation.of(2, new byte[32]))
        .hasMessage("devices: expected 3 to 1048576, got 2");
    NeighbourGraph graph = graph(20, 6, 1);
    assertThatThrownBy(() -> graph.neighbour(0, 6)).hasMessage("slot 6: expected 0 to 5");
    assertThatThrownBy(() -> graph.neighbours(20)).isInstanceOf(IndexOutOfBoundsException.class);
  }
}
