package dev.tributary.aggregation.model;

import dev.tributary.aggregation.model.layer.Embedding;
import dev.tributary.aggregation.model.layer.Layer;
import dev.tributary.aggregation.model.layer.LayerTensor;
import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.aggregation.model.layer.ShapeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The description of a network: shape of one example, layers from an allow-list, loss and number of
 * classes. It travels as JSON in a round's manifest, so it is data, never code: whatever it says, a
 * device only ever runs layers it knows.
 *
 * <p>A specification that exists is consistent: each layer accepts what the one before gives, and
 * the last gives what the loss needs.
 *
 * @param input shape of one example
 * @param layers first to last, 1 to 64
 * @param loss what training minimises
 * @param classes number of classes, in [2, 65536]; exactly 2 with {@link
 *     Loss#SIGMOID_BINARY_CROSS_ENTROPY}
 */
public record ModelSpec(Shape input, List<Layer> layers, Loss loss, int classes) {
  /** The value of the specification's {@code format}. */
  public static final String FORMAT = "tributary-model/1";

  static final int MAX_LAYERS = 64;
  static final int MAX_CLASSES = 1 << 16;

  /**
   * Checks every layer against the shape it is given.
   *
   * @throws ModelSpecException naming the layer that does not fit
   */
  public ModelSpec {
    layers = List.copyOf(layers);
    if (layers.isEmpty() || layers.size() > MAX_LAYERS) {
      throw new ModelSpecException(
          "layers: a model has 1 to " + MAX_LAYERS + " of them, not " + layers.size());
    }
    if (classes < 2 || classes > MAX_CLASSES) {
      throw new ModelSpecException("classes is " + classes + "; it is in [2, " + MAX_CLASSES + "]");
    }
    if (loss == Loss.SIGMOID_BINARY_CROSS_ENTROPY && classes != 2) {
      throw new ModelSpecException(
          "classes is " + classes + "; the loss " + loss.code() + " tells 2 apart");
    }
    List<Shape> shapes = shapes(input, layers);
    Shape last = shapes.get(layers.size());
    if (!last.equals(Shape.of(loss.outputs(classes)))) {
      throw new ModelSpecException(
          "%s gives the shape %s, but the loss %s with %d classes needs [%d]"
              .formatted(
                  name(layers, layers.size() - 1),
                  last,
                  loss.code(),
                  classes,
                  loss.outputs(classes)));
    }
    long parameters = 0;
    for (int i = 0; i < layers.size(); i++) {
      for (LayerTensor tensor : layers.get(i).tensors(shapes.get(i))) {
        parameters += tensor.shape().elements();
      }
    }
    if (parameters > Shape.MAX_ELEMENTS) {
      throw new ModelSpecException(
          "the model has "
              + parameters
              + " parameters; at most "
              + Shape.MAX_ELEMENTS
              + " are possible");
    }
    if (parameters == 0) {
      throw new ModelSpecException(
          "layers: no layer of the model has parameters, so there is nothing to learn");
    }
  }

  /**
   * The specification that a JSON text describes.
   *
   * @throws ModelSpecException when the text is not JSON, has an unknown, missing, repeated or
   *     impossible entry (named, with the nearest known name), or when the layers do not fit
   *     together
   */
  public static ModelSpec fromJson(String json) {
    return ModelSpecReader.read(json);
  }

  /**
   * The one JSON text of this specification: no spaces, keys in a fixed order, every default
   * written out.
   */
  public String canonicalJson() {
    String extents = input.toString().replace(" ", "");
    String entries = layers.stream().map(ModelSpec::json).collect(Collectors.joining(","));
    return String.format(
        Locale.ROOT,
        "{\"format\":\"%s\",\"input\":%s,\"layers\":[%s],\"loss\":\"%s\",\"classes\":%d}",
        FORMAT,
        extents,
        entries,
        loss.code(),
        classes);
  }

  /**
   * How many values the network gives for one example: {@link #classes}, or 1 for the sigmoid loss.
   */
  public int outputs() {
    return loss.outputs(classes);
  }

  /**
   * The shape of one example on entering each layer, and last the shape the network gives; one
   * longer than the layers.
   */
  public List<Shape> shapes() {
    return shapes(input, layers);
  }

  /** The trainable tensors of a layer, in PyTorch's order. */
  public List<LayerTensor> tensors(int layer) {
    return layers.get(layer).tensors(shapes().get(layer));
  }

  /**
   * The named tensors of the model, {@code <layerIndex>.<name>}, in layer order and PyTorch's
   * shapes.
   */
  public ModelLayout layout() {
    var tensors = new ArrayList<TensorSpec>();
    for (int i = 0; i < layers.size(); i++) {
      for (LayerTensor tensor : tensors(i)) {
        tensors.add(new TensorSpec(i + "." + tensor.name(), tensor.shape().toArray()));
      }
    }
    return new ModelLayout(tensors);
  }

  private static List<Shape> shapes(Shape input, List<Layer> layers) {
    var shapes = new ArrayList<Shape>();
    shapes.add(input);
    for (int i = 0; i < layers.size(); i++) {
      try {
        shapes.add(layers.get(i).outputShape(shapes.get(i)));
        layers.get(i).tensors(shapes.get(i));
      } catch (ShapeException refused) {
        throw new ModelSpecException(name(layers, i) + ": " + refused.getMessage());
      }
      if (i > 0 && layers.get(i) instanceof Embedding) {
        throw new ModelSpecException(
            name(layers, i) + ": an embedding is only ever the first layer");
      }
    }
    return List.copyOf(shapes);
  }

  private static String name(List<Layer> layers, int index) {
    return "layers[" + index + "] (" + layers.get(index).type() + ")";
  }

  private static String json(Layer layer) {
    String settings =
        layer.settings().entrySet().stream()
            .map(setting -> ",\"" + setting.getKey() + "\":" + setting.getValue())
            .collect(Collectors.joining());
    return "{\"type\":\"" + layer.type() + "\"" + settings + "}";
  }
}
