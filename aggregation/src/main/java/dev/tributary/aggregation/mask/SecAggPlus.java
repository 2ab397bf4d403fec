package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.mask.keystream.MaskAdder;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import java.util.List;

/**
 * The protocol with masks that cancel in the sum: each device adds one of its own and, against each
 * neighbour, one that the neighbour subtracts (Bonawitz et al. 2017, on the graph of Bell et al.
 * 2020). Here only the arithmetic; whose masks they are, the session of {@code
 * dev.tributary.aggregation.secagg} agrees.
 */
record SecAggPlus() implements RoundProtocol {

  @Override
  public ProtocolKind kind() {
    return ProtocolKind.SECAGG_PLUS;
  }

  @Override
  public boolean needsKeyExchange() {
    return true;
  }

  @Override
  public Masker masker(QuantizationParameters parameters, List<Mask> masks) {
    requireSome(masks);
    Masker masker = Masker.applying(masks);
    return update -> {
      if (!update.parameters().equals(parameters)) {
        throw new IllegalArgumentException(
            "update: expected one of " + parameters + ", got one of " + update.parameters());
      }
      return masker.mask(update);
    };
  }

  @Override
  public Unmasker unmasker(QuantizationParameters parameters, List<Mask> recovered, int threads) {
    requireSome(recovered);
    return Unmasker.applying(recovered, new MaskAdder(threads));
  }

  /** Every device has at least its self mask, and so has every sum. */
  private static void requireSome(List<Mask> masks) {
    if (masks.isEmpty()) {
      throw new IllegalArgumentException(
          "masks: expected at least one in a round of protocol SECAGG_PLUS, got none");
    }
  }
}
