package dev.tributary.coordinator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.runtime.Evaluation;
import java.util.List;
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

  public static ModelMetrics of(Evaluation evaluation) {
    var confusion = evaluation.confusion();
    return new ModelMetrics(
        evaluation.examples(),
        evaluation.meanLoss(),
        evaluation.accuracy(),
        confusion.macroRecall(),
        confusion.macroPrecision(),
        confusion.macroF1(),
        IntStream.range(0, confusion.classes()).mapToObj(confusion::recall).toList(),
        IntStream.range(0, confusion.classes()).mapToObj(confusion::precision).toList(),
        IntStream.range(0, confusion.classes()).mapToObj(confusion::f1).toList(),
        IntStream.range(0, confusion.classes()).mapToObj(confusion::actual).toList(),
        IntStream.range(0, confusion.classes()).mapToObj(confusion::predicted).toList());
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
