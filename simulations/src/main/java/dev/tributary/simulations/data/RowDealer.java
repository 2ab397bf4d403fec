package dev.tributary.simulations.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/**
 * The dealing of one data set's training rows to devices: the algorithms behind {@link Partition}.
 * Used once, by one thread.
 */
final class RowDealer {

  /** Redraws of a Dirichlet partition before it is called infeasible. */
  private static final int MAXIMUM_DRAWS = 500;

  private final Dataset dataset;
  private final int devices;
  private final SeededRandom random;

  private RowDealer(Dataset dataset, int devices, SeededRandom random) {
    this.dataset = dataset;
    this.devices = devices;
    this.random = random;
  }

  static RowDealer of(Dataset dataset, int devices, long seed) {
    if (devices < 1) {
      throw new IllegalArgumentException("devices: expected at least 1, found " + devices);
    }
    if (dataset.train().size() < devices) {
      throw new UnusableDataException(
          "partition of "
              + dataset.name()
              + ": expected at least one training row a device, found "
              + dataset.train().size()
              + " rows for "
              + devices
              + " devices");
    }
    return new RowDealer(dataset, devices, SeededRandom.of(seed, "partition"));
  }

  int[][] equalShares() {
    return cut(shuffledRows(), evenSizes(rows(), devices));
  }

  int[][] shards(int shardsPerDevice) {
    long shards = (long) devices * shardsPerDevice;
    if (shards > rows()) {
      throw new UnusableDataException(
          "partition of "
              + dataset.name()
              + " into shards: expected at least one row a shard, found "
              + rows()
              + " rows for "
              + devices
              + " devices of "
              + shardsPerDevice
              + " shards");
    }
    int[][] shardRows = cut(rowsByLabel(), evenSizes(rows(), (int) shards));
    int[] order = random.permutation((int) shards);
    int[][] result = new int[devices][];
    for (int device = 0; device < devices; device++) {
      result[device] =
          Arrays.stream(order, device * shardsPerDevice, (device + 1) * shardsPerDevice)
              .flatMap(shard -> Arrays.stream(shardRows[shard]))
              .sorted()
              .toArray();
    }
    return result;
  }

  int[][] dirichletLabels(double alpha) {
    int[][] rowsByClass = rowsOfEachClass();
    for (int draw = 0; draw < MAXIMUM_DRAWS; draw++) {
      int[][] sizes = new int[rowsByClass.length][];
      int[] total = new int[devices];
      for (int label = 0; label < sizes.length; label++) {
        sizes[label] = roundedShares(random.dirichlet(alpha, devices), rowsByClass[label].length);
        for (int device = 0; device < devices; device++) {
          total[device] += sizes[label][device];
        }
      }
      if (Arrays.stream(total).allMatch(size -> size > 0)) {
        return dealClasses(rowsByClass, sizes);
      }
    }
    throw new UnusableDataException(
        "partition of "
            + dataset.name()
            + " by dirichlet: expected a draw that leaves no device empty, found none in "
            + MAXIMUM_DRAWS
            + " with alpha "
            + alpha
            + " and "
            + devices
            + " devices; raise alpha or lower devices");
  }

  int[][] dirichletSizes(double alpha) {
    int[] sizes = roundedShares(random.dirichlet(alpha, devices), rows() - devices);
    for (int device = 0; device < devices; device++) {
      sizes[device]++;
    }
    return cut(shuffledRows(), sizes);
  }

  int[][] naturalGroups() {
    int[] groupOfRow =
        dataset
            .naturalDevice()
            .orElseThrow(
                () ->
                    new UnusableDataException(
                        "partition of "
                            + dataset.name()
                            + ": expected data that tell each row's device, found none; choose iid,"
                            + " shards, dirichlet or quantity"));
    int groups = dataset.naturalDevices();
    if (devices > groups) {
      throw new UnusableDataException(
          "partition of "
              + dataset.name()
              + ": expected at most "
              + groups
              + " devices, as many as the data know, found "
              + devices);
    }
    int[] sizes = new int[groups];
    for (int group : groupOfRow) {
      sizes[group]++;
    }
    int[] deviceOfGroup =
        devices == groups ? IntStream.range(0, groups).toArray() : dealLargestFirst(sizes);
    List<IntStream.Builder> dealt = new ArrayList<>();
    for (int device = 0; device < devices; device++) {
      dealt.add(IntStream.builder());
    }
    for (int row = 0; row < groupOfRow.length; row++) {
      dealt.get(deviceOfGroup[groupOfRow[row]]).add(row);
    }
    return dealt.stream().map(rows -> rows.build().toArray()).toArray(int[][]::new);
  }

  private int[] dealLargestFirst(int[] sizes) {
    record Load(int device, int rows) {}
    PriorityQueue<Load> loads =
        new PriorityQueue<>(Comparator.comparingInt(Load::rows).thenComparingInt(Load::device));
    for (int device = 0; device < devices; device++) {
      loads.add(new Load(device, 0));
    }
    int[] deviceOfGroup = new int[sizes.length];
    int[] bySize =
        IntStream.range(0, sizes.length)
            .boxed()
            .sorted(
                Comparator.comparingInt((Integer group) -> -sizes[group])
                    .thenComparingInt(group -> group))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int group : bySize) {
      Load least = loads.remove();
      deviceOfGroup[group] = least.device();
      loads.add(new Load(least.device(), least.rows() + sizes[group]));
    }
    return deviceOfGroup;
  }

  private int[][] dealClasses(int[][] rowsByClass, int[][] sizes) {
    List<IntStream.Builder> dealt = new ArrayList<>();
    for (int device = 0; device < devices; device++) {
      dealt.add(IntStream.builder());
    }
    for (int label = 0; label < rowsByClass.length; label++) {
      random.shuffle(rowsByClass[label]);
      int[][] shares = cut(rowsByClass[label], sizes[label]);
      for (int device = 0; device < devices; device++) {
        Arrays.stream(shares[device]).forEach(dealt.get(device)::add);
      }
    }
    return dealt.stream().map(rows -> rows.build().sorted().toArray()).toArray(int[][]::new);
  }

  private int rows() {
    return dataset.train().size();
  }

  private int[] shuffledRows() {
    return random.permutation(rows());
  }

  private int[] rowsByLabel() {
    return Arrays.stream(rowsOfEachClass()).flatMapToInt(Arrays::stream).toArray();
  }

  private int[][] rowsOfEachClass() {
    List<IntStream.Builder> byClass = new ArrayList<>();
    for (int label = 0; label < dataset.classes(); label++) {
      byClass.add(IntStream.builder());
    }
    for (int row = 0; row < rows(); row++) {
      byClass.get(dataset.train().label(row)).add(row);
    }
    return byClass.stream().map(rows -> rows.build().toArray()).toArray(int[][]::new);
  }

  /** Sizes that sum to {@code total} and differ by at most one, the larger first. */
  private static int[] evenSizes(int total, int parts) {
    int[] sizes = new int[parts];
    for (int part = 0; part < parts; part++) {
      sizes[part] = total / parts + (part < total % parts ? 1 : 0);
    }
    return sizes;
  }

  /**
   * Sizes that sum to {@code total}, each within one of its share: the running sum of shares,
   * rounded.
   */
  private static int[] roundedShares(double[] shares, int total) {
    int[] sizes = new int[shares.length];
    double cumulated = 0;
    int dealt = 0;
    for (int part = 0; part < shares.length; part++) {
      cumulated += shares[part];
      int until =
          part == shares.length - 1
              ? total
              : Math.clamp(Math.round(cumulated * total), dealt, total);
      sizes[part] = until - dealt;
      dealt = until;
    }
    return sizes;
  }

  /** Consecutive pieces of {@code rows} with these sizes, each sorted. */
  private static int[][] cut(int[] rows, int[] sizes) {
    int[][] pieces = new int[sizes.length][];
    int from = 0;
    for (int piece = 0; piece < sizes.length; piece++) {
      pieces[piece] = Arrays.copyOfRange(rows, from, from + sizes[piece]);
      Arrays.sort(pieces[piece]);
      from += sizes[piece];
    }
    return pieces;
  }
}
