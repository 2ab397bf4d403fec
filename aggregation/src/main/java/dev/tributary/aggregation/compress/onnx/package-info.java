/**
 * Hands a model to runtimes that read ONNX. Enters: a trained model, for eight bits also the ranges
 * of its values on sample examples; leaves: an ONNX file with one input, {@code input}, and one
 * output, {@code output}: the network's values before softmax or sigmoid.
 *
 * <p>Must hold: the float32 graph computes what the runtimes of this project do, up to the order of
 * sums. The protobuf classes of {@code org.tribuo:tribuo-util-onnx} are an optional dependency:
 * nothing here is loaded unless it is used.
 */
@NullMarked
package dev.tributary.aggregation.compress.onnx;

import org.jspecify.annotations.NullMarked;
