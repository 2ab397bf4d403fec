package dev.tributary.simulations.scenario;

import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelSpecException;
import dev.tributary.aggregation.model.layer.Shape;
import dev.tributary.simulations.data.Dataset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** A well-known model whose input and output the data decide. */
public enum ModelPreset {
  /**
   * One linear layer: logistic regression, with one output for two classes and one a class for
   * more.
   */
  LOGISTIC {
    @Override
    String json(Dataset dataset) {
      return flat(dataset, "");
    }
  },
  /** One hidden layer of 128 rectified units. */
  MLP {
    @Override
    String json(Dataset dataset) {
      return flat(dataset, "{'type':'linear','units':128},{'type':'relu'},");
    }
  },
  /**
   * The "2NN" of the FedAvg paper: two hidden layers of 200 rectified units; 199 210 parameters on
   * MNIST.
   */
  MNIST_2NN {
    @Override
    String json(Dataset dataset) {
      return flat(
          dataset,
          "{'type':'linear','units':200},{'type':'relu'},{'type':'linear','units':200},{'type':'relu'},");
    }
  },
  /**
   * The convolutional network of the FedAvg paper: 32 and 64 filters of 5 by 5, each followed by 2
   * by 2 pooling, 512 rectified units; 1 663 370 parameters on MNIST.
   */
  MNIST_CNN {
    @Override
    String json(Dataset dataset) {
      if (dataset.inputShape().rank() != 3) {
        throw new ScenarioException(
            "model mnist-cnn: expected images (channels, height, width), found rows of shape "
                + dataset.inputShape()
                + " in "
                + dataset.name());
      }
      return layers(
          dataset.inputShape(),
          "{'type':'conv2d','filters':32,'kernel':5,'stride':1,'padding':2},{'type':'relu'},"
              + "{'type':'maxpool2d','kernel':2,'stride':2},"
              + "{'type':'conv2d','filters':64,'kernel':5,'stride':1,'padding':2},{'type':'relu'},"
              + "{'type':'maxpool2d','kernel':2,'stride':2},"
              + "{'type':'flatten'},{'type':'linear','units':512},{'type':'relu'},",
          dataset.classes());
    }
  },
  /**
   * The character model of the FedAvg paper: an embedding of 8 values, two LSTM layers of 256
   * cells.
   */
  CHAR_LSTM {
    @Override
    String json(Dataset dataset) {
      return layers(
          dataset.inputShape(),
          "{'type':'embedding','vocabulary':"
              + dataset.classes()
              + ",'size':8},{'type':'lstm','hidden':256,'layers':2},{'type':'last-step'},",
          dataset.classes());
    }
  };

  /** The name in scenarios and reports. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static List<String> codes() {
    return Arrays.stream(values()).map(ModelPreset::code).toList();
  }

  abstract String json(Dataset dataset);

  ModelSpec specFor(Dataset dataset) {
    try {
      return ModelSpec.fromJson(json(dataset).replace('\'', '"'));
    } catch (ModelSpecException unfit) {
      throw new ScenarioException(
          "model " + code() + " does not fit " + dataset.name() + ": " + unfit.getMessage(), unfit);
    }
  }

  private static String flat(Dataset dataset, String hidden) {
    return layers(Shape.of(dataset.inputShape().elements()), hidden, dataset.classes());
  }

  private static String layers(Shape input, String hidden, int classes) {
    boolean binary = classes == 2;
    return "{'format':'tributary-model/1','input':"
        + input
        + ",'layers':["
        + hidden
        + "{'type':'linear','units':"
        + (binary ? 1 : classes)
        + "}],'loss':'"
        + (binary ? "sigmoid-binary-cross-entropy" : "softmax-cross-entropy")
        + "','classes':"
        + classes
        + "}";
  }
}
