package dev.tributary.aggregation.optimize;

import dev.tributary.aggregation.model.ModelState;

/**
 * The outcome of one server step.
 *
 * @param model the next version of the weights
 * @param state what the optimiser needs for the step after it
 */
public record OptimizedModel(ModelState model, OptimizerState state) {}
