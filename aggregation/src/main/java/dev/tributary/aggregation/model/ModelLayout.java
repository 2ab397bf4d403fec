package dev.tributary.aggregation.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The order in which the tensors of a model lie in its flat vector: tensor after tensor in the
 * order given, each row-major (last extent fastest), without gaps.
 *
 * <p>Immutable. Two layouts are equal when they list equal tensors in the same order.
 */
public final class ModelLayout {

  /**
   * The most parameters of a model: a vector of them and one more coordinate still fits in one
   * array.
   */
  public static final int MAX_DIMENSION = 1 << 30;

  private final List<TensorSpec> tensors;
  private final int[] offsets; // offsets[i]: where tensor i begins in the flat vector
  private final Map<String, Integer> indexByName;
  private final int dimension;

  /**
   * @throws IllegalArgumentException if there is no tensor, two have one name, or there are more
   *     than {@link #MAX_DIMENSION} parameters
   */
  public ModelLayout(List<TensorSpec> tensors) {
    this.tensors = List.copyOf(tensors);
    this.offsets = new int[this.tensors.size()];
    this.indexByName = new HashMap<>();
    if (this.tensors.isEmpty()) {
      throw new IllegalArgumentException("model layout: expected at least one tensor, got none");
    }
    long next = 0;
    for (int i = 0; i < offsets.length; i++) {
      TensorSpec tensor = this.tensors.get(i);
      if (indexByName.put(tensor.name(), i) != null) {
        throw new IllegalArgumentException("model layout: two tensors are named " + tensor.name());
      }
      offsets[i] = (int) next;
      next += tensor.elementCount();
      if (next > MAX_DIMENSION) {
        throw new IllegalArgumentException(
            "model layout: expected at most "
                + MAX_DIMENSION
                + " parameters, got "
                + next
                + " up to tensor "
                + tensor.name());
      }
    }
    this.dimension = (int) next;
  }

  /** A layout of the given tensors, in this order. */
  public static ModelLayout of(TensorSpec... tensors) {
    return new ModelLayout(List.of(tensors));
  }

  /** The tensors, in the order of the flat vector. */
  public List<TensorSpec> tensors() {
    return tensors;
  }

  /** The number of parameters: the length of the flat vector. */
  public int dimension() {
    return dimension;
  }

  /** Where the tensor at this index begins in the flat vector. */
  public int offset(int tensorIndex) {
    return offsets[tensorIndex];
  }

  /** Where the tensor of this name begins in the flat vector. */
  public int offset(String tensorName) {
    return offsets[indexOf(tensorName)];
  }

  /** The tensor of this name. */
  public TensorSpec tensor(String tensorName) {
    return tensors.get(indexOf(tensorName));
  }

  /** Whether a tensor has this name. */
  public boolean contains(String tensorName) {
    return indexByName.containsKey(tensorName);
  }

  private int indexOf(String tensorName) {
    Integer index = indexByName.get(tensorName);
    if (index == null) {
      throw new NoSuchElementException(
          "model layout: no tensor is named "
              + tensorName
              + "; there are "
              + indexByName.size()
              + " others");
    }
    return index;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ModelLayout that && tensors.equals(that.tensors);
  }

  @Override
  public int hashCode() {
    return tensors.hashCode();
  }

  @Override
  public String toString() {
    return "ModelLayout" + tensors;
  }
}
