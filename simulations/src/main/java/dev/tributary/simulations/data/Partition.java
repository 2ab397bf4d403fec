package dev.tributary.simulations.data;

/**
 * How the training rows of a data set are divided over devices. Every kind places each row on
 * exactly one device and leaves no device empty; the result is a function of the data set, the
 * number of devices and the seed.
 */
public sealed interface Partition {

  /** The name of the kind in scenarios and reports. */
  String kind();

  /**
   * Divides the training rows.
   *
   * @param devices at least 1
   * @return for each device the numbers of its training rows, ascending
   * @throws UnusableDataException when the rows cannot be divided this way, with the numbers that
   *     do not fit
   */
  int[][] rowsByDevice(Dataset dataset, int devices, long seed);

  /** Shuffled rows in equal shares: sizes differ by at most one. */
  record Iid() implements Partition {
    @Override
    public String kind() {
      return "iid";
    }

    @Override
    public int[][] rowsByDevice(Dataset dataset, int devices, long seed) {
      return RowDealer.of(dataset, devices, seed).equalShares();
    }
  }

  /**
   * Rows sorted by label and cut into {@code devices * shardsPerDevice} shards, each device given
   * some at random: most devices see about {@code shardsPerDevice} classes. With 60 000 rows, 100
   * devices and 2 shards these are the 200 shards of 300 of McMahan et al.,
   * "Communication-Efficient Learning of Deep Networks from Decentralized Data", 2017, section 3.
   * Shard sizes differ by at most one when the rows do not divide evenly.
   */
  record Shards(int shardsPerDevice) implements Partition {
    public Shards {
      requirePositive("shardsPerDevice", shardsPerDevice);
    }

    @Override
    public String kind() {
      return "shards";
    }

    @Override
    public int[][] rowsByDevice(Dataset dataset, int devices, long seed) {
      return RowDealer.of(dataset, devices, seed).shards(shardsPerDevice);
    }
  }

  /**
   * For each class, shares over the devices drawn from a symmetric Dirichlet distribution: the
   * smaller {@code alpha}, the fewer devices hold a class. Draws that leave a device empty are
   * repeated. Source: Hsu, Qi, Brown, "Measuring the Effects of Non-Identical Data Distribution for
   * Federated Visual Classification", 2019, in the form of NIID-Bench (Li et al., 2022, section
   * 4.1).
   */
  record Dirichlet(double alpha) implements Partition {
    public Dirichlet {
      requirePositive("alpha", alpha);
    }

    @Override
    public String kind() {
      return "dirichlet";
    }

    @Override
    public int[][] rowsByDevice(Dataset dataset, int devices, long seed) {
      return RowDealer.of(dataset, devices, seed).dirichletLabels(alpha);
    }
  }

  /**
   * Shuffled rows in unequal shares drawn from a symmetric Dirichlet distribution: the smaller
   * {@code alpha}, the more unequal; at least one row each. Source: NIID-Bench (Li et al., 2022,
   * section 4.3).
   */
  record Quantity(double alpha) implements Partition {
    public Quantity {
      requirePositive("alpha", alpha);
    }

    @Override
    public String kind() {
      return "quantity";
    }

    @Override
    public int[][] rowsByDevice(Dataset dataset, int devices, long seed) {
      return RowDealer.of(dataset, devices, seed).dirichletSizes(alpha);
    }
  }

  /**
   * The devices that the data themselves know: hospitals, speaking parts, writers. With fewer
   * devices than the data know, each takes whole groups, the largest group first and always to the
   * device with the fewest rows.
   */
  record Natural() implements Partition {
    @Override
    public String kind() {
      return "natural";
    }

    @Override
    public int[][] rowsByDevice(Dataset dataset, int devices, long seed) {
      return RowDealer.of(dataset, devices, seed).naturalGroups();
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + ": expected a number above 0, found " + value);
    }
  }
}
