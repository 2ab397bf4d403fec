package dev.tributary.aggregation.kernels;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The choice of the provider of kernels, made once for the process and logged with its reason.
 *
 * <p>The Vector API is used where its module is part of the running platform ({@code --add-modules
 * jdk.incubator.vector}) and vectors are wide enough; the scalar twin everywhere else. The system
 * property {@value #PROPERTY} set to {@code scalar} or {@code vector} overrules this; demanding
 * what the platform does not offer is an error.
 */
public final class Kernels {

  /** The system property that demands a provider. */
  public static final String PROPERTY = "tributary.kernels";

  private static final String MODULE = "jdk.incubator.vector";
  private static final Logger LOG = LoggerFactory.getLogger(Kernels.class);
  private static final LaneKernels SCALAR = new ScalarKernels();
  private static final LaneKernels CHOSEN = choose(System.getProperty(PROPERTY, "auto"));

  private Kernels() {}

  /** The chosen provider. */
  public static LaneKernels chosen() {
    return CHOSEN;
  }

  /** The scalar twin, whichever was chosen. */
  public static LaneKernels scalar() {
    return SCALAR;
  }

  /**
   * A provider by demand.
   *
   * @param demand {@code auto}, {@code scalar} or {@code vector}
   * @throws IllegalArgumentException for another demand
   * @throws IllegalStateException if vectors are demanded and not available
   */
  static LaneKernels choose(String demand) {
    switch (demand) {
      case "scalar" -> {
        LOG.info("kernels: scalar, as demanded by {}", PROPERTY);
        return SCALAR;
      }
      case "auto", "vector" -> {
        String obstacle = obstacleToVectors();
        if (obstacle.isEmpty()) {
          LaneKernels vector = new VectorKernels(SCALAR);
          LOG.info("kernels: {}, because module {} is present", vector.name(), MODULE);
          return vector;
        }
        if (demand.equals("vector")) {
          throw new IllegalStateException(PROPERTY + "=vector, but " + obstacle);
        }
        LOG.info("kernels: scalar, because {}", obstacle);
        return SCALAR;
      }
      default ->
          throw new IllegalArgumentException(
              PROPERTY + ": expected auto, scalar or vector, got " + demand);
    }
  }

  /** Why there are no vector kernels here; empty if there are. */
  private static String obstacleToVectors() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      return "module " + MODULE + " is absent (java --add-modules " + MODULE + " adds it)";
    }
    return VectorKernels.fitsThisMachine() ? "" : "vectors of this machine have less than 256 bits";
  }
}
