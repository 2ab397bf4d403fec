package dev.tributary.coordinator.schedule;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.aggregation.quantize.QuantizationParameters;

/** What to do with an upload that a device announces. */
public sealed interface UploadAdmission {
  /** Stage its bytes and verify them against these parameters, then have them counted. */
  record Stage(ProtocolKind protocol, QuantizationParameters parameters)
      implements UploadAdmission {}

  /** Exactly these bytes are in the sum: the answer to the first time is the answer now. */
  record AlreadyCounted(UploadReceipt receipt) implements UploadAdmission {}
}
