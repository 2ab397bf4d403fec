/**
 * The layers a model specification may name, each with what it accepts, what it gives and which
 * tensors it holds.
 *
 * <p>Enters: the shape of one example as it leaves the layer before. Leaves: the shape after this
 * layer, and the trainable tensors in PyTorch's names, shapes and order. Holds: a layer is a plain
 * value and knows nothing of how it is computed; what a layer does not accept, it refuses with a
 * {@link dev.tributary.aggregation.model.layer.ShapeException} in plain words.
 */
@NullMarked
package dev.tributary.aggregation.model.layer;

import org.jspecify.annotations.NullMarked;
