package dev.tributary.aggregation.mask.graph;

/**
 * Who is whose neighbour: the Harary graph of degree k over a ring of devices in random order. The
 * neighbours of a position p are the k/2 positions before it and the k/2 behind it, modulo n. With
 * k = n - 1 these are all others, and if k is odd the positions behind are one more.
 *
 * <p>Each neighbour of a device has a slot, 0 to k-1: with h = floor(k/2), slot s is position p - h
 * + s for s below h, and p - h + s + 1 from there on. Both ends of the protocol count a device's
 * neighbours in this order.
 *
 * <p>The graph is k-regular and symmetric, and stays connected when fewer than k devices are taken
 * away (F. Harary, The maximum connectivity of a graph, PNAS 48, 1962). Immutable.
 */
public final class NeighbourGraph {

  /** The slot of a device that is not a neighbour. */
  public static final int NO_SLOT = -1;

  private final DevicePermutation permutation;
  private final int devices;
  private final int degree;
  private final int before; // h

  private NeighbourGraph(DevicePermutation permutation, int degree) {
    this.permutation = permutation;
    this.devices = permutation.devices();
    this.degree = degree;
    this.before = degree / 2;
  }

  /**
   * The graph of a round.
   *
   * @param seed byte[32] of the order, see {@link DevicePermutation#seed}
   */
  public static NeighbourGraph of(GraphParameters parameters, byte[] seed) {
    return new NeighbourGraph(
        DevicePermutation.of(parameters.devices(), seed), parameters.degree());
  }

  /** n. */
  public int devices() {
    return devices;
  }

  /** k. */
  public int degree() {
    return degree;
  }

  /** The order of the devices along the ring. */
  public DevicePermutation permutation() {
    return permutation;
  }

  /** The neighbours of a device by slot: int[k], owned by the caller, in O(k). */
  public int[] neighbours(int device) {
    int[] neighbours = new int[degree];
    for (int slot = 0; slot < degree; slot++) {
      neighbours[slot] = neighbour(device, slot);
    }
    return neighbours;
  }

  /** The neighbour of a device in a slot, 0 to k-1, in O(1). */
  public int neighbour(int device, int slot) {
    if (slot < 0 || slot >= degree) {
      throw new IndexOutOfBoundsException("slot " + slot + ": expected 0 to " + (degree - 1));
    }
    int step = slot < before ? slot - before : slot - before + 1; // -h to k-h, never 0
    return permutation.deviceAt(
        Math.floorMod(permutation.positionOf(device) + step, devices)); // below 2^21, no overflow
  }

  /** The slot in which {@code device} counts {@code other}, or {@link #NO_SLOT}, in O(1). */
  public int slotOf(int device, int other) {
    int step =
        Math.floorMod(permutation.positionOf(other) - permutation.positionOf(device), devices);
    if (step == 0) {
      return NO_SLOT;
    }
    if (step <= degree - before) {
      return before + step - 1;
    }
    return step >= devices - before ? before + step - devices : NO_SLOT;
  }

  /** Whether two devices are neighbours. No device is its own neighbour. */
  public boolean areNeighbours(int one, int other) {
    return slotOf(one, other) != NO_SLOT;
  }
}
