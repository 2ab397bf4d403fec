package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.security.BugException;

/**
 * How the updates of a round are hidden from whoever sums them: the device half ({@link Masker})
 * and the coordinator half ({@link MaskedAccumulator}, {@link Unmasker}) in one place. Immutable.
 */
public sealed interface RoundProtocol permits Plain {

  /** The name under which both ends agree on it. */
  ProtocolKind kind();

  /** Whether devices exchange keys before they train. */
  boolean needsKeyExchange();

  /** The device half. */
  Masker masker(QuantizationParameters parameters);

  /** An empty sum. Several may be filled at once and merged. */
  default MaskedAccumulator newAccumulator(QuantizationParameters parameters) {
    return new MaskedAccumulator(parameters);
  }

  /** The coordinator half. */
  Unmasker unmasker(QuantizationParameters parameters);

  /** The protocol of this kind. */
  static RoundProtocol of(ProtocolKind kind) {
    return switch (kind) {
      case PLAIN -> new Plain();
      case SECAGG_PLUS ->
          throw new BugException("a round of protocol SECAGG_PLUS was begun, which cannot run yet");
    };
  }
}
