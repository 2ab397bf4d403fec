package dev.tributary.simulations.bench.compression;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.scenario.ModelChoice;
import dev.tributary.simulations.scenario.ModelPreset;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network of the scenarios, with all that the bench does otherwise for it than for the others:
 * what it learns and how, what pruning leaves of it, and who its student is.
 *
 * @param keptChannels by the index of a layer, how many of its channels pruning leaves
 * @param studentLayers JSON of all layers but the last one, of {@code %2$d} classes
 */
record Recipe(
    ModelPreset preset,
    RowSource source,
    Amounts amounts,
    Curriculum curriculum,
    Map<Integer, Integer> keptChannels,
    String studentLayers) {

  /** Half of the filters, three in eight of the next ones and a quarter of the units stay. */
  static final Recipe MNIST_CNN =
      new Recipe(
          ModelPreset.MNIST_CNN,
          RowSource.DIGITS,
          new Amounts(Integer.MAX_VALUE, Integer.MAX_VALUE, 6, 40),
          new Curriculum(
              List.of(Lesson.of(2, 0.05)),
              List.of(Lesson.of(2, 0.02)),
              List.of(Lesson.of(1, 0.01).onShare(1 / 3.0)),
              List.of(Lesson.of(8, 0.02), Lesson.of(2, 0.004)),
              4f),
          Map.of(0, 16, 3, 24, 7, 128),
          """
          {"type":"conv2d","filters":8,"kernel":5,"padding":2},{"type":"relu"},{"type":"maxpool2d","kernel":2},
          {"type":"conv2d","filters":16,"kernel":5,"padding":2},{"type":"relu"},{"type":"maxpool2d","kernel":2},
          {"type":"flatten"},{"type":"linear","units":64},{"type":"relu"}\
          """);

  /** A third of the first units stays and a quarter of the second. */
  static final Recipe MNIST_2NN =
      new Recipe(
          ModelPreset.MNIST_2NN,
          RowSource.DIGITS,
          new Amounts(Integer.MAX_VALUE, Integer.MAX_VALUE, 6, 40),
          new Curriculum(
              List.of(Lesson.of(8, 0.05), Lesson.of(2, 0.01)),
              List.of(Lesson.of(6, 0.03), Lesson.of(2, 0.004)),
              List.of(Lesson.of(2, 0.01)),
              List.of(Lesson.of(20, 0.02), Lesson.of(4, 0.004)),
              4f),
          Map.of(0, 64, 2, 48),
          """
          {"type":"linear","units":48},{"type":"relu"}\
          """);

  /** Half of the cells of both levels stay; the student has one level of 96. */
  static final Recipe CHAR_LSTM =
      new Recipe(
          ModelPreset.CHAR_LSTM,
          RowSource.PLAYS,
          new Amounts(72_000, 4000, 4, 20),
          new Curriculum(
              List.of(
                  Lesson.of(2, 0.3).onLastSteps(20),
                  Lesson.of(1, 0.1).onLastSteps(20),
                  Lesson.of(1, 0.05).onShare(1 / 4.0)),
              List.of(Lesson.of(1, 0.1).onLastSteps(20), Lesson.of(1, 0.03).onShare(1 / 4.0)),
              List.of(Lesson.of(2, 0.1).onLastSteps(20)),
              List.of(
                  Lesson.of(6, 0.3).onLastSteps(20),
                  Lesson.of(2, 0.1).onLastSteps(20),
                  Lesson.of(1, 0.03)),
              2f),
          Map.of(1, 128),
          """
          {"type":"embedding","vocabulary":%2$d,"size":8},{"type":"lstm","hidden":96},{"type":"last-step"}\
          """);

  private static final List<Recipe> ALL = List.of(MNIST_CNN, MNIST_2NN, CHAR_LSTM);

  /**
   * How much of the data is enough.
   *
   * @param rows at most so many to train on, unless the user says otherwise
   * @param testRows at most so many to test on
   * @param openPart of how many parts of the rows one is the coordinator's own
   * @param repetitions measured batches of each artifact, unless the user says otherwise
   */
  record Amounts(int rows, int testRows, int openPart, int repetitions) {}

  /**
   * How it is trained.
   *
   * @param training of the network itself, by all workers
   * @param tuning after pruning
   * @param masked tuning of weights of which some stay zero
   * @param learning of the student, from its teacher
   * @param temperature that softens what the teacher says: less for one that is seldom sure
   */
  record Curriculum(
      List<Lesson> training,
      List<Lesson> tuning,
      List<Lesson> masked,
      List<Lesson> learning,
      float temperature) {

    Curriculum {
      training = List.copyOf(training);
      tuning = List.copyOf(tuning);
      masked = List.copyOf(masked);
      learning = List.copyOf(learning);
    }
  }

  Recipe {
    keptChannels = Map.copyOf(keptChannels);
  }

  /** Every recipe there is. */
  static List<Recipe> all() {
    return ALL;
  }

  static List<String> codes() {
    return ALL.stream().map(Recipe::code).toList();
  }

  static Optional<Recipe> ofCode(String code) {
    return ALL.stream().filter(recipe -> recipe.code().equals(code)).findFirst();
  }

  /** The name on the command line: that of the network in scenarios. */
  String code() {
    return preset.code();
  }

  /** The network for these rows. */
  ModelSpec spec(Dataset dataset) {
    return new ModelChoice.Named(preset).specFor(dataset);
  }

  @Override
  public String toString() {
    return code();
  }

  /** The student, which takes and gives what its teacher does. */
  ModelSpec student(ModelSpec teacher) {
    String json =
        """
        {"format":"tributary-model/1","input":%1$s,"layers":[
        """
            + studentLayers
            + """
            ,{"type":"linear","units":%2$d}],"loss":"softmax-cross-entropy","classes":%2$d}\
            """;
    return ModelSpec.fromJson(json.formatted(teacher.input(), teacher.classes()));
  }
}
