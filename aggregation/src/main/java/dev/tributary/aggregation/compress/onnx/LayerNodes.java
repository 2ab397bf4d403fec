package dev.tributary.aggregation.compress.onnx;

import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.model.ModelLayout;
import dev.tributary.aggregation.model.TensorSpec;
import dev.tributary.aggregation.model.layer.Activation;
import dev.tributary.aggregation.model.layer.Conv2d;
import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.model.layer.Flatten;
import dev.tributary.aggregation.model.layer.LastStep;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.Linear;
import dev.tributary.aggregation.model.layer.MaxPool2d;
import dev.tributary.aggregation.model.layer.Recurrent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Adds the layers of a network to a graph, one after the other; each case gives its output's name.
 */
final class LayerNodes implements Layer.Cases<String> {

  private final OnnxGraph graph;
  private final Precision precision;
  private final SpecifiedModel model;
  private int layer;
  private String input;
  private String output;

  private LayerNodes(OnnxGraph graph, Precision precision, SpecifiedModel model, String input) {
    this.graph = graph;
    this.precision = precision;
    this.model = model;
    this.input = input;
    this.output = input;
  }

  /** Adds all layers. */
  static void addAll(
      OnnxGraph graph, Precision precision, SpecifiedModel model, String input, String output) {
    LayerNodes nodes = new LayerNodes(graph, precision, model, input);
    List<Layer> layers = model.spec().layers();
    for (nodes.layer = 0; nodes.layer < layers.size(); nodes.layer++) {
      boolean last = nodes.layer == layers.size() - 1;
      nodes.output = last ? output : "layer" + nodes.layer;
      nodes.input = precision.between(nodes.input, nodes.layer);
      nodes.input = layers.get(nodes.layer).match(nodes);
    }
  }

  @Override
  public String activation(Activation there) {
    String operator =
        switch (there.function()) {
          case RELU -> "Relu";
          case TANH -> "Tanh";
          case SIGMOID -> "Sigmoid";
        };
    return graph.node(operator, List.of(input), output, Map.of());
  }

  @Override
  public String conv2d(Conv2d there) {
    Precision.WeightAndBias names = weightAndBias();
    long kernel = there.kernel();
    long stride = there.stride();
    long padding = there.padding();
    return graph.node(
        "Conv",
        List.of(input, names.weight(), names.bias()),
        output,
        Map.of(
            "kernel_shape", new long[] {kernel, kernel},
            "strides", new long[] {stride, stride},
            "pads", new long[] {padding, padding, padding, padding}));
  }

  @Override
  public String embedding(Embedding there) {
    TensorSpec table = tensor("weight");
    String weight = precision.weight(table, values(table), 0, extents(table));
    return graph.node("Gather", List.of(weight, input), output, Map.of("axis", 0));
  }

  @Override
  public String flatten(Flatten there) {
    return graph.node("Flatten", List.of(input), output, Map.of("axis", 1));
  }

  @Override
  public String lastStep(LastStep there) {
    long steps = model.spec().shapes().get(layer).extent(0);
    String index = graph.longs(layer + ".index", new long[] {steps - 1});
    return graph.node("Gather", List.of(input, index), output, Map.of("axis", 1));
  }

  @Override
  public String linear(Linear there) {
    Precision.WeightAndBias names = weightAndBias();
    return graph.node(
        "Gemm", List.of(input, names.weight(), names.bias()), output, Map.of("transB", 1));
  }

  @Override
  public String maxPool2d(MaxPool2d there) {
    long kernel = there.kernel();
    long stride = there.stride();
    return graph.node(
        "MaxPool",
        List.of(input),
        output,
        Map.of(
            "kernel_shape", new long[] {kernel, kernel}, "strides", new long[] {stride, stride}));
  }

  /** PyTorch has the batch first, ONNX the steps; the direction is an extent of its own. */
  @Override
  public String recurrent(Recurrent there) {
    long[] swap = {1, 0, 2};
    String sequence =
        graph.node("Transpose", List.of(input), layer + ".steps-first", Map.of("perm", swap));
    String axis = graph.longs(layer + ".direction", new long[] {1}, 1);
    for (int level = 0; level < there.layers(); level++) {
      String name = layer + ".level" + level;
      String states = cell(there, level, sequence, name);
      sequence = graph.node("Squeeze", List.of(states, axis), name + ".states", Map.of());
    }
    return graph.node("Transpose", List.of(sequence), output, Map.of("perm", swap));
  }

  private String cell(Recurrent there, int level, String sequence, String name) {
    GateOrder order = GateOrder.of(there);
    TensorSpec ofInput = tensor("weight_ih_l" + level);
    TensorSpec ofState = tensor("weight_hh_l" + level);
    float[] biases =
        order.joined(values(tensor("bias_ih_l" + level)), values(tensor("bias_hh_l" + level)));
    String weight = recurrentWeight(ofInput, order);
    String recurrence = recurrentWeight(ofState, order);
    String bias = graph.floats(name + ".bias", biases, 1, biases.length);
    String operator = there.cell().name().toUpperCase(Locale.ROOT);
    Map<String, Integer> attributes =
        there.cell() == Recurrent.Cell.GRU
            ? Map.of("hidden_size", there.hidden(), "linear_before_reset", 1)
            : Map.of("hidden_size", there.hidden());
    return graph.node(operator, List.of(sequence, weight, recurrence, bias), name, attributes);
  }

  private String recurrentWeight(TensorSpec matrix, GateOrder order) {
    int[] shape = matrix.shape();
    return precision.weight(matrix, order.reordered(values(matrix)), 1, 1, shape[0], shape[1]);
  }

  private Precision.WeightAndBias weightAndBias() {
    TensorSpec weight = tensor("weight");
    TensorSpec bias = tensor("bias");
    return precision.weightAndBias(layer, weight, values(weight), bias, values(bias));
  }

  private TensorSpec tensor(String name) {
    return model.spec().layout().tensor(layer + "." + name);
  }

  private float[] values(TensorSpec tensor) {
    ModelLayout layout = model.spec().layout();
    int offset = layout.offset(tensor.name());
    return Arrays.copyOfRange(model.weights(), offset, offset + tensor.elementCount());
  }

  /** The shape of a tensor as ONNX counts. */
  static long[] extents(TensorSpec tensor) {
    return Arrays.stream(tensor.shape()).asLongStream().toArray();
  }
}
