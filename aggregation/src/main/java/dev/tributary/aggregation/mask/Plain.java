package dev.tributary.aggregation.mask;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.quantize.QuantizedUpdate;
import java.util.List;

/**
 * The protocol without masks: the coordinator could read every update. For simulation, for cohorts
 * that trust their coordinator, and as the reference that masked protocols are compared with.
 */
record Plain() implements RoundProtocol {

  @Override
  public ProtocolKind kind() {
    return ProtocolKind.PLAIN;
  }

  @Override
  public boolean needsKeyExchange() {
    return false;
  }

  @Override
  public Masker masker(QuantizationParameters parameters, List<Mask> masks) {
    requireNone(masks);
    return Plain::packOnly;
  }

  @Override
  public Unmasker unmasker(QuantizationParameters parameters, List<Mask> recovered, int threads) {
    requireNone(recovered);
    return new Unmasker() {
      @Override
      Lanes removeMasks(Lanes masked) {
        return masked;
      }
    };
  }

  private static void requireNone(List<Mask> masks) {
    if (!masks.isEmpty()) {
      throw new IllegalArgumentException(
          "masks: expected none in a round of protocol PLAIN, got " + masks.size());
    }
  }

  private static MaskedUpdate packOnly(QuantizedUpdate update) {
    return MaskedUpdate.packed(update.parameters(), update.lanes());
  }
}
