package dev.tributary.simulations.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import java.util.List;

/** The reading of a scenario's {@code model}: a word, or a mapping that is a model specification. */
final class ModelChoiceReader {

  private ModelChoiceReader() {}

  static ModelChoice read(Section root) {
    JsonNode model = root.raw("model");
    if (model.isObject()) {
      try {
        return new ModelChoice.Inline(ModelSpec.fromJson(model.toString()));
      } catch (ModelSpecException refused) {
        throw new ScenarioException("model: " + refused.getMessage(), refused);
      }
    }
    return new ModelChoice.Named(root.choice("model", List.of(ModelPreset.values()), ModelPreset::code)
        .orElseThrow(() -> root.missing("model", "a model specification or one of "
            + String.join(", ", ModelPreset.codes()))));
  }
}
