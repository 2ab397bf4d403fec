package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.util.List;

/**
 * How the updates of a round are hidden from whoever sums them: the device half ({@link Masker})
 * and the coordinator half ({@link MaskedAccumulator}, {@link Unmasker}) in one place. Immutable.
 */
public sealed interface RoundProtocol permits Plain, SecAggPlus {

  /** The name under which both ends agree on it. */
  ProtocolKind kind();

  /** Whether devices exchange keys before they train. */
  boolean needsKeyExchange();

  /**
   * The device half.
   *
   * @param masks what the device masks its update with; none exactly when the protocol has none
   * @throws IllegalArgumentException if there are masks and the protocol has none, or none and it
   *     has
   */
  Masker masker(QuantizationParameters parameters, List<Mask> masks);

  /** An empty sum. Several may be filled at once and merged. */
  default MaskedAccumulator newAccumulator(QuantizationParameters parameters) {
    return new MaskedAccumulator(parameters);
  }

  /**
   * The coordinator half.
   *
   * @param recovered what is applied to the sum, so that no mask is left in it; none exactly when
   *     the protocol has none
   * @param threads that it works on, the caller's included, at least 1
   * @throws IllegalArgumentException if there are masks and the protocol has none, or none and it
   *     has
   */
  Unmasker unmasker(QuantizationParameters parameters, List<Mask> recovered, int threads);

  /** The protocol of this kind. */
  static RoundProtocol of(ProtocolKind kind) {
    return switch (kind) {
      case PLAIN -> new Plain();
      case SECAGG_PLUS -> new SecAggPlus();
    };
  }
}
