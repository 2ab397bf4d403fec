package dev.tributary.simulations.scenario;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.simulations.data.Dataset;

/**
 * The model of a scenario: a name, completed by the shape of the data, or a whole specification.
 */
public sealed interface ModelChoice {

  /**
   * The specification for these rows.
   *
   * @throws ScenarioException when the model takes other rows or tells other classes
   */
  ModelSpec specFor(Dataset dataset);

  /** What reports call the model. */
  String label();

  /** A well-known model, completed by the data's shape and classes. */
  record Named(ModelPreset preset) implements ModelChoice {
    @Override
    public ModelSpec specFor(Dataset dataset) {
      return preset.specFor(dataset);
    }

    @Override
    public String label() {
      return preset.code();
    }
  }

  /** A specification written in the scenario. */
  record Inline(ModelSpec spec) implements ModelChoice {
    @Override
    public ModelSpec specFor(Dataset dataset) {
      if (spec.classes() != dataset.classes()) {
        throw new ScenarioException(
            "model.classes: expected "
                + dataset.classes()
                + ", the classes of "
                + dataset.name()
                + ", found "
                + spec.classes());
      }
      if (spec.input().elements() != dataset.inputShape().elements()) {
        throw new ScenarioException(
            "model.input: expected "
                + dataset.inputShape().elements()
                + " values, those of a row of "
                + dataset.name()
                + " "
                + dataset.inputShape()
                + ", found "
                + spec.input());
      }
      return spec;
    }

    @Override
    public String label() {
      return "inline";
    }
  }
}
