package dev.tributary.aggregation.model.layer;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A table of vectors: turns the tokens {@code [steps]}, each a whole number in [0, vocabulary),
 * into {@code [steps, size]}; {@code weight} is {@code [vocabulary, size]}. Only ever the first
 * layer, because tokens are not differentiable. First values: normal with deviation 1, as PyTorch's
 * {@code nn.Embedding}.
 *
 * @param vocabulary how many tokens there are, in [1, 2^24] (a float holds each exactly)
 * @param size length of a token's vector, at least 1
 */
public record Embedding(int vocabulary, int size) implements Layer {
  private static final int MAX_VOCABULARY = 1 << 24;

  /** Refuses settings outside their ranges. */
  public Embedding {
    ShapeException.atLeast("vocabulary", 1, vocabulary);
    ShapeException.atLeast("size", 1, size);
    if (vocabulary > MAX_VOCABULARY) {
      throw new ShapeException("vocabulary is " + vocabulary + "; it is at most " + MAX_VOCABULARY);
    }
  }

  @Override
  public String type() {
    return "embedding";
  }

  @Override
  public Map<String, Integer> settings() {
    return new TreeMap<>(Map.of("vocabulary", vocabulary, "size", size));
  }

  @Override
  public Shape outputShape(Shape input) {
    if (input.rank() != 1) {
      throw new ShapeException("it takes tokens [steps] but the input has the shape " + input);
    }
    return Shape.of(input.extent(0), size);
  }

  @Override
  public List<LayerTensor> tensors(Shape input) {
    var normal = new LayerTensor.Initialization(LayerTensor.Distribution.NORMAL, 1);
    return List.of(new LayerTensor("weight", Shape.of(vocabulary, size), normal));
  }

  @Override
  public <R> R match(Cases<R> cases) {
    return cases.embedding(this);
  }
}
