package dev.tributary.coordinator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.runtime.Evaluation;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How good a model is on some examples: those of the coordinator, or those of the devices of an
 * evaluation round.
 *
 * @param examples how many there were
 * @param loss mean over the examples
 * @param accuracy in [0, 1]
 * @param recall by class, each in [0, 1]
 * @param precision by class, each in [0, 1]
 * @param f1 by class, each in [0, 1]
 * @param labels examples of each class; empty for a measurement from before they were kept
 * @param predictions of each class; empty with {@code labels}
 */
public record ModelMetrics(
    long examples,
    double loss,
    double accuracy,
    double macroRecall,
    double macroPrecision,
    double macroF1,
    List<Double> recall,
    List<Double> precision,
    List<Double> f1,
    List<Long> labels,
    List<Long> predictions) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public ModelMetrics {
    recall = List.copyOf(recall);
    precision = List.copyOf(precision);
    f1 = List.copyOf(f1);
    labels = List.copyOf(labels);
    predictions = List.copyOf(predictions);
  }

  /**
   * What was counted of one class.
   *
   * @param examples of it
   * @param predicted examples that were taken for it
   * @param right examples of it that were taken for it, at most either of the two
   */
  public record ClassCounts(long examples, long predicted, long right) {
    public ClassCounts {
      if (right < 0 || right > examples || right > predicted) {
        throw new IllegalArgumentException(
            "counts of a class: expected 0 <= right <= examples and predicted, got right "
                + right
                + ", examples "
                + examples
                + ", predicted "
                + predicted);
      }
    }

    private double recall() {
      return quotient(right, examples);
    }

    private double precision() {
      return quotient(right, predicted);
    }

    private double f1() {
      return quotient(2 * right, examples + predicted);
    }
  }

  /**
   * What follows from the counts of each class. A quotient of nothing by nothing is 0, and means
   * are over all classes, as in {@link dev.tributary.aggregation.runtime.ConfusionMatrix}.
   *
   * @param meanLoss of an example
   * @param classes at least one
   * @throws IllegalArgumentException when not as many examples were predicted as there are
   */
  public static ModelMetrics of(double meanLoss, List<ClassCounts> classes) {
    long examples = classes.stream().mapToLong(ClassCounts::examples).reduce(0, Math::addExact);
    long predicted = classes.stream().mapToLong(ClassCounts::predicted).reduce(0, Math::addExact);
    if (examples != predicted) {
      throw new IllegalArgumentException(
          "counts of all classes: expected as many predictions as examples, got "
              + predicted
              + " and "
              + examples);
    }
    return new ModelMetrics(
        examples,
        meanLoss,
        quotient(classes.stream().mapToLong(ClassCounts::right).sum(), examples),
        mean(classes, ClassCounts::recall),
        mean(classes, ClassCounts::precision),
        mean(classes, ClassCounts::f1),
        classes.stream().map(ClassCounts::recall).toList(),
        classes.stream().map(ClassCounts::precision).toList(),
        classes.stream().map(ClassCounts::f1).toList(),
        classes.stream().map(ClassCounts::examples).toList(),
        classes.stream().map(ClassCounts::predicted).toList());
  }

  public static ModelMetrics of(Evaluation evaluation) {
    return of(evaluation.meanLoss(), counts(evaluation));
  }

  /** What an evaluation counted, by class. */
  public static List<ClassCounts> counts(Evaluation evaluation) {
    var confusion = evaluation.confusion();
    return IntStream.range(0, confusion.classes())
        .mapToObj(
            label ->
                new ClassCounts(
                    confusion.actual(label),
                    confusion.predicted(label),
                    confusion.count(label, label)))
        .toList();
  }

  private static double mean(List<ClassCounts> classes, ToDoubleFunction<ClassCounts> share) {
    return classes.stream().mapToDouble(share).sum() / classes.size();
  }

  private static double quotient(long part, long whole) {
    return whole == 0 ? 0 : (double) part / whole;
  }

  /** One JSON object with the names of the components. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("metrics must be writable as JSON", e);
    }
  }

  /** The reverse of {@link #toJson}. */
  public static ModelMetrics fromJson(String json) {
    try {
      JsonNode document = JSON.readTree(json);
      if (document instanceof ObjectNode older && !older.has("labels")) {
        older.putArray("labels");
        older.putArray("predictions");
      }
      return JSON.treeToValue(document, ModelMetrics.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("metrics must be a JSON object, not '" + json + "'", e);
    }
  }
}
