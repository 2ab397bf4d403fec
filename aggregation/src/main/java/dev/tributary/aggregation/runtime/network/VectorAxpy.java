package dev.tributary.aggregation.runtime.network;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The inner loops on the Vector API: whole vectors from the first element to the last, where C2's
 * own vectorisation spends up to 27 of 128 elements on getting aligned and cleaning up.
 */
final class VectorAxpy implements Axpy {
  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
  private static final int LANES = SPECIES.length();

  @Override
  public int length(int size) {
    return (size + LANES - 1) / LANES * LANES;
  }

  @Override
  public void add1(float[] y, float a, float[] x, int n) {
    for (int j = 0; j < n; j += LANES) {
      load(y, j).add(load(x, j).mul(a)).intoArray(y, j);
    }
  }

  @Override
  public void add4(
      float[] y,
      float a0,
      float[] x0,
      float a1,
      float[] x1,
      float a2,
      float[] x2,
      float a3,
      float[] x3,
      int n) {
    for (int j = 0; j < n; j += LANES) {
      FloatVector left = load(x0, j).mul(a0).add(load(x1, j).mul(a1));
      FloatVector right = load(x2, j).mul(a2).add(load(x3, j).mul(a3));
      load(y, j).add(left.add(right)).intoArray(y, j);
    }
  }

  @Override
  public void add5(
      float[] y,
      float a0,
      float[] x0,
      float a1,
      float[] x1,
      float a2,
      float[] x2,
      float a3,
      float[] x3,
      float a4,
      float[] x4,
      int n) {
    for (int j = 0; j < n; j += LANES) {
      FloatVector left = load(x0, j).mul(a0).add(load(x1, j).mul(a1));
      FloatVector right = load(x2, j).mul(a2).add(load(x3, j).mul(a3));
      FloatVector last = load(x4, j).mul(a4);
      load(y, j).add(left.add(right).add(last)).intoArray(y, j);
    }
  }

  @Override
  public void scale(float[] y, float a, int n) {
    for (int j = 0; j < n; j += LANES) {
      load(y, j).mul(a).intoArray(y, j);
    }
  }

  private static FloatVector load(float[] x, int j) {
    return FloatVector.fromArray(SPECIES, x, j);
  }
}
