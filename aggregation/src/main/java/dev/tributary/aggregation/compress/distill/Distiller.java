package dev.tributary.aggregation.compress.distill;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.aggregation.runtime.LocalModel;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.SoftTargets;
import dev.tributary.aggregation.runtime.TrainingParameters;

/**
 * Trains a student on what its teacher says about examples that need no labels (Hinton, Vinyals,
 * Dean, 2015). Safe on any thread but an event loop.
 */
public final class Distiller {

  /** The name of this step in an artifact's codec chain. */
  public static final String STEP = "distill";

  private final ModelRuntime runtime;
  private final float temperature;

  /**
   * Distils with this runtime.
   *
   * @param runtime knows the layers of both networks
   * @param temperature softens both networks' outputs; 2 to 5 is usual
   */
  public Distiller(ModelRuntime runtime, float temperature) {
    this.runtime = runtime;
    this.temperature = temperature;
  }

  /**
   * What a teacher says about examples: computed once, for every epoch.
   *
   * @return {@code [examples][outputs]}
   */
  public SoftTargets ask(SpecifiedModel teacher, Examples examples) {
    try (LocalModel local = runtime.open(teacher.spec())) {
      return new SoftTargets(local.predict(teacher.weights(), examples), temperature);
    }
  }

  /**
   * Trains a student further.
   *
   * @param student where to start, for example with the initial weights of its specification
   * @param teacher the network whose outputs are learned
   * @return the student after all epochs; the one given stays as it is
   * @throws UncompressibleModelException when the student does not take and give what the teacher
   *     does
   */
  public SpecifiedModel distill(
      SpecifiedModel student,
      SpecifiedModel teacher,
      Examples examples,
      TrainingParameters parameters,
      long seed) {
    requireSameTask(student.spec(), teacher.spec());
    return learn(student, examples, ask(teacher, examples), parameters, seed);
  }

  /**
   * Trains a student further on what its teacher has said before.
   *
   * @param targets what {@link #ask} gave for these examples
   * @return the student after all epochs; the one given stays as it is
   */
  public SpecifiedModel learn(
      SpecifiedModel student,
      Examples examples,
      SoftTargets targets,
      TrainingParameters parameters,
      long seed) {
    float[] weights = student.state().copyOfValues();
    try (LocalModel local = runtime.open(student.spec())) {
      local.distill(weights, examples, targets, parameters, seed);
    }
    return SpecifiedModel.of(student.spec(), weights);
  }

  private static void requireSameTask(ModelSpec student, ModelSpec teacher) {
    if (student.input().elements() != teacher.input().elements()
        || student.loss() != teacher.loss()
        || student.classes() != teacher.classes()) {
      throw new UncompressibleModelException(
          "student: expected %d inputs, %d classes and the loss %s, as its teacher, got %d, %d and %s"
              .formatted(
                  teacher.input().elements(),
                  teacher.classes(),
                  teacher.loss().code(),
                  student.input().elements(),
                  student.classes(),
                  student.loss().code()));
    }
  }
}
