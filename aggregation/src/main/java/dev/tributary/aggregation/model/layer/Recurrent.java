package dev.tributary.aggregation.model.layer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An LSTM or GRU, stacked {@code layers} high, from a zero state, over a sequence {@code [steps,
 * in]}; gives the top layer's output at every step, {@code [steps, hidden]}. For each layer l:
 * {@code weight_ih_l<l>} {@code [g * hidden, in or hidden]}, {@code weight_hh_l<l>} {@code [g *
 * hidden, hidden]}, {@code bias_ih_l<l>} and {@code bias_hh_l<l>} {@code [g * hidden]}, where g is
 * 4 for an LSTM (gates i, f, g, o) and 3 for a GRU (r, z, n). First values: uniform within
 * 1/sqrt(hidden). Names, gate order and equations are those of PyTorch's {@code nn.LSTM} and {@code
 * nn.GRU}.
 *
 * @param cell which cell
 * @param hidden length of the state, at least 1
 * @param layers height of the stack, in [1, 16]
 */
public record Recurrent(Cell cell, int hidden, int layers) implements Layer {
  private static final int MAX_LAYERS = 16;

  /** The recurrent cells there are. */
  public enum Cell {
    /** Long short-term memory: four gates and a cell state. */
    LSTM(4),
    /** Gated recurrent unit: three gates. */
    GRU(3);

    private final int gates;

    Cell(int gates) {
      this.gates = gates;
    }
  }

  /** Refuses settings outside their ranges. */
  public Recurrent {
    ShapeException.atLeast("hidden", 1, hidden);
    ShapeException.atLeast("layers", 1, layers);
    if (layers > MAX_LAYERS) {
      throw new ShapeException("layers is " + layers + "; it is at most " + MAX_LAYERS);
    }
  }

  @Override
  public String type() {
    return cell.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Map<String, Integer> settings() {
    return new TreeMap<>(Map.of("hidden", hidden, "layers", layers));
  }

  @Override
  public Shape outputShape(Shape input) {
    if (input.rank() != 2) {
      throw new ShapeException(
          "it takes a sequence [steps, values] but the input has the shape "
              + input
              + (input.rank() == 1 ? "; put an embedding layer before it" : ""));
    }
    return Shape.of(input.extent(0), hidden);
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    int rows = Shape.of(cell.gates, hidden).elements();
    var tensors = new ArrayList<LayerTensor>();
    for (int layer = 0; layer < layers; layer++) {
      int in = layer == 0 ? input.extent(1) : hidden;
      tensors.add(LayerTensor.uniform("weight_ih_l" + layer, Shape.of(rows, in), hidden));
      tensors.add(LayerTensor.uniform("weight_hh_l" + layer, Shape.of(rows, hidden), hidden));
      tensors.add(LayerTensor.uniform("bias_ih_l" + layer, Shape.of(rows), hidden));
      tensors.add(LayerTensor.uniform("bias_hh_l" + layer, Shape.of(rows), hidden));
    }
    return List.copyOf(tensors);
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.recurrent(this);
  }
}
