package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;

/**
 * One layer of a model specification: the allow-list. Adding a kind of layer means adding a record
 * here, a case in {@link Cases}, and then the compiler names every place that must learn it.
 */
public sealed interface Layer
    permits Activation, Conv2d, Embedding, Flatten, LastStep, Linear, MaxPool2d, Recurrent {

  /** The layer's name in the specification's {@code type}. */
  String type();

  /** The layer's settings beside its type, in canonical order, defaults included. */
  Map<String, Integer> settings();

  /**
   * The shape of one example after this layer.
   *
   * @throws ShapeException when the layer does not accept {@code input}
   */
  Shape outputShape(Shape input);

  /**
   * The trainable tensors for this input, in PyTorch's names, shapes and order; empty for a layer
   * that learns nothing.
   */
  List<LayerTensor> tensors(Shape input);

  /** Calls the case of this layer's kind. */
  <R> R match(Cases<R> cases);

  /**
   * What to do for each kind of layer: the pattern switch of a code base that must run on Java 17.
   */
  interface Cases<R> {
    /** An element-wise function. */
    R activation(Activation layer);

    /** A convolution over an image. */
    R conv2d(Conv2d layer);

    /** A table of vectors, one for each token. */
    R embedding(Embedding layer);

    /** Any shape made a vector. */
    R flatten(Flatten layer);

    /** The last step of a sequence. */
    R lastStep(LastStep layer);

    /** An affine map of a vector. */
    R linear(Linear layer);

    /** The maximum over windows of an image. */
    R maxPool2d(MaxPool2d layer);

    /** An LSTM or a GRU over a sequence. */
    R recurrent(Recurrent layer);
  }
}
