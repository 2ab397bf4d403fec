package dev.tributary.simulations.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class PartitionTest {

  /** A partition and data that it can divide. */
  record Division(Partition partition, Dataset dataset, int devices, long seed) {

    int[][] rows() {
      return partition.rowsByDevice(dataset, devices, seed);
    }

    @Override
    public String toString() {
      return partition
          + " of "
          + dataset.train().size()
          + " rows over "
          + devices
          + " devices, seed "
          + seed;
    }
  }

  @Provide
  Arbitrary<Division> divisions() {
    Arbitrary<Partition> partitions =
        Arbitraries.of(
            new Partition.Iid(),
            new Partition.Shards(1),
            new Partition.Shards(3),
            new Partition.Dirichlet(0.5),
            new Partition.Dirichlet(100),
            new Partition.Quantity(0.05),
            new Partition.Quantity(5),
            new Partition.Natural());
    return Combinators.combine(
            partitions,
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(60, 400),
            Arbitraries.integers().between(2, 11),
            Arbitraries.longs())
        .as(
            (partition, devices, rows, classes, seed) ->
                new Division(
                    partition,
                    Rows.of(
                        rows,
                        classes,
                        Optional.of(IntStream.range(0, rows).map(row -> row * 7 % 12).toArray())),
                    devices,
                    seed));
  }

  @Property(tries = 300)
  void everyPartition_placesEachRowOnExactlyOneDevice(@ForAll("divisions") Division division) {
    int[] placed = Arrays.stream(division.rows()).flatMapToInt(Arrays::stream).sorted().toArray();
    assertThat(placed).isEqualTo(IntStream.range(0, division.dataset().train().size()).toArray());
  }

  @Property(tries = 300)
  void everyPartition_givesEachDeviceRowsInAscendingOrder(@ForAll("divisions") Division division) {
    assertThat(division.rows().length).isEqualTo(division.devices());
    for (int[] rows : division.rows()) {
      assertThat(rows).isNotEmpty().isSorted();
    }
  }

  @Property(tries = 100)
  void everyPartition_isAFunctionOfItsSeed(@ForAll("divisions") Division division) {
    assertThat(division.rows()).isDeepEqualTo(division.rows());
  }

  @Property(tries = 100)
  void iid_sizesDifferByAtMostOne(@ForAll("divisions") Division division) {
    int[] sizes =
        sizes(
            new Partition.Iid()
                .rowsByDevice(division.dataset(), division.devices(), division.seed()));
    assertThat(Arrays.stream(sizes).max().orElseThrow() - Arrays.stream(sizes).min().orElseThrow())
        .isLessThanOrEqualTo(1);
  }

  @Example
  void iid_anotherSeed_isAnotherPartition() {
    Dataset dataset = Rows.of(100, 10);
    assertThat(new Partition.Iid().rowsByDevice(dataset, 5, 1)[0])
        .isNotEqualTo(new Partition.Iid().rowsByDevice(dataset, 5, 2)[0]);
  }

  @Example
  void shards_ofThePaper_areTwoOf300SoThatDevicesSeeFewClasses() {
    Dataset dataset = Rows.of(60_000, 10);
    int[][] rows = new Partition.Shards(2).rowsByDevice(dataset, 100, 7);
    for (int[] own : rows) {
      assertThat(own).hasSize(600);
      assertThat(classesOf(dataset, own)).isLessThanOrEqualTo(2);
    }
  }

  @Example
  void dirichlet_smallerAlpha_leavesADeviceFewerClasses() {
    Dataset dataset = Rows.of(20_000, 10);
    assertThat(meanClasses(dataset, 0.1)).isLessThan(8);
    assertThat(meanClasses(dataset, 100)).isEqualTo(10);
  }

  @Example
  void quantity_smallerAlpha_isMoreUnequal() {
    Dataset dataset = Rows.of(10_000, 10);
    int[] unequal = sizes(new Partition.Quantity(0.2).rowsByDevice(dataset, 10, 1));
    int[] nearlyEqual = sizes(new Partition.Quantity(1000).rowsByDevice(dataset, 10, 1));
    assertThat(Arrays.stream(unequal).max().orElseThrow()).isGreaterThan(2500);
    assertThat(Arrays.stream(nearlyEqual).max().orElseThrow()).isBetween(1000, 1200);
  }

  @Example
  void natural_asManyDevicesAsTheDataKnow_areThoseDevices() {
    Dataset dataset = Rows.of(6, 2, Optional.of(new int[] {0, 1, 2, 0, 1, 0}));
    assertThat(new Partition.Natural().rowsByDevice(dataset, 3, 1))
        .isDeepEqualTo(new int[][] {{0, 3, 5}, {1, 4}, {2}});
  }

  @Example
  void natural_fewerDevices_takeWholeGroupsLargestFirst() {
    Dataset dataset = Rows.of(6, 2, Optional.of(new int[] {0, 1, 2, 0, 1, 0}));
    assertThat(new Partition.Natural().rowsByDevice(dataset, 2, 1))
        .isDeepEqualTo(new int[][] {{0, 3, 5}, {1, 2, 4}});
  }

  @Example
  void impossibleDivisions_areRefusedWithTheNumbers() {
    refused(new Partition.Iid(), Rows.of(5, 2), 6, "5 rows for 6 devices");
    refused(new Partition.Shards(4), Rows.of(10, 2), 3, "10 rows for 3 devices of 4 shards");
    refused(new Partition.Dirichlet(0.0001), Rows.of(300, 2), 250, "alpha 1.0E-4 and 250 devices");
    refused(new Partition.Natural(), Rows.of(10, 2), 3, "found none");
    refused(
        new Partition.Natural(),
        Rows.of(4, 2, Optional.of(new int[] {0, 1, 1, 0})),
        3,
        "at most 2 devices, as many as the data know, found 3");
  }

  @Example
  void impossibleParameters_areRefused() {
    for (double alpha : List.of(0.0, -1.0, Double.NaN, Double.POSITIVE_INFINITY)) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> new Partition.Dirichlet(alpha));
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> new Partition.Quantity(alpha));
    }
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Partition.Shards(0));
  }

  private static void refused(Partition partition, Dataset dataset, int devices, String reason) {
    assertThatExceptionOfType(UnusableDataException.class)
        .isThrownBy(() -> partition.rowsByDevice(dataset, devices, 1))
        .withMessageContaining(reason);
  }

  private static double meanClasses(Dataset dataset, double alpha) {
    int[][] rows = new Partition.Dirichlet(alpha).rowsByDevice(dataset, 20, 3);
    return Arrays.stream(rows).mapToInt(own -> classesOf(dataset, own)).average().orElseThrow();
  }

  private static int classesOf(Dataset dataset, int[] rows) {
    return (int) Arrays.stream(rows).map(dataset.train()::label).distinct().count();
  }

  private static int[] sizes(int[][] rows) {
    return Arrays.stream(rows).mapToInt(own -> own.length).toArray();
  }
}
