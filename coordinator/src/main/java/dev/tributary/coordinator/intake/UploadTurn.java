package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.intake.UploadIntake.Slot;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import org.jspecify.annotations.Nullable;

/**
 * One request's exclusive turn at one upload: learns the offset, receives bytes from there.
 * Everything runs on the event loop of that request, except {@link #interrupt}.
 */
public final class UploadTurn {

  private final UploadIntake intake;
  private final Slot slot;
  private final Context context;
  private final Promise<Void> over = Promise.promise();
  private @Nullable UploadReception reception;
  private boolean interrupted;
  private boolean released;

  UploadTurn(UploadIntake intake, Slot slot, Context context) {
    this.intake = intake;
    this.slot = slot;
    this.context = context;
  }

  /**
   * Bytes received so far; the whole length once the upload was counted; 0 when nothing is known of
   * it.
   */
  public long offsetBytes() {
    Long counted = intake.countedLength(slot.target);
    if (counted != null) {
      return counted;
    }
    PartialUpload partial = slot.partial;
    return partial == null ? 0 : partial.stage().receivedBytes();
  }

  /** Whether this upload was counted, not long ago. */
  public boolean isCounted() {
    return intake.countedLength(slot.target) != null;
  }

  /**
   * Receives the body of the request, which is paused when it comes in.
   *
   * @param offsetBytes where the device says its bytes continue
   * @param lengthBytes of the whole upload
   * @param sha256 of the whole upload, 32 bytes
   * @return fails with {@link RejectedException}: UPLOAD_CONFLICT, OFFSET_MISMATCH, WRONG_LENGTH,
   *     WRONG_DIGEST, RESIDUE_OUT_OF_RANGE, OVERLOADED or STORAGE_FULL; the first two change
   *     nothing, the others drop the upload
   */
  public Future<Received> receive(
      ReadStream<Buffer> body,
      QuantizationParameters quantization,
      long offsetBytes,
      long lengthBytes,
      byte[] sha256) {
    PartialUpload partial;
    try {
      partial = partial(quantization, offsetBytes, lengthBytes, sha256);
    } catch (RejectedException e) {
      return Future.failedFuture(e);
    }
    UploadReception current = new UploadReception(intake, partial, body);
    reception = current;
    return current
        .run()
        .transform(
            result ->
                result.failed()
                    ? dropped(partial, result.cause())
                    : ended(partial, result.result()));
  }

  private PartialUpload partial(
      QuantizationParameters quantization, long offsetBytes, long lengthBytes, byte[] sha256)
      throws RejectedException {
    if (interrupted) {
      throw new RejectedException(
          RejectReason.UPLOAD_CONFLICT, "another request has taken this upload over");
    }
    PartialUpload known = slot.partial;
    if (known != null && !known.isOf(lengthBytes, sha256)) {
      throw new RejectedException(
          RejectReason.UPLOAD_CONFLICT, "this upload id was begun with another length or digest");
    }
    long expectedOffset = known == null ? 0 : known.stage().receivedBytes();
    if (offsetBytes != expectedOffset) {
      throw new RejectedException(
          RejectReason.OFFSET_MISMATCH,
          "offset is " + offsetBytes + "; expected " + expectedOffset);
    }
    if (known != null) {
      return known;
    }
    PartialUpload begun =
        new PartialUpload(
            lengthBytes,
            sha256.clone(),
            UploadStage.open(intake.memory(), intake.files(), lengthBytes),
            new UploadVerifier(quantization));
    slot.partial = begun;
    return begun;
  }

  private Future<Received> dropped(PartialUpload partial, Throwable cause) {
    slot.partial = null;
    intake.discard(partial);
    return Future.failedFuture(cause);
  }

  private Future<Received> ended(PartialUpload partial, boolean whole) {
    if (!whole) {
      return Future.succeededFuture(new Received.Part(partial.stage().receivedBytes()));
    }
    slot.partial = null; // its stage now belongs to the verified upload
    return Future.succeededFuture(
        new Received.Whole(new VerifiedUpload(slot.target, partial.sha256(), partial.stage())));
  }

  /** Ends the reception early, keeping what arrived. Any thread. */
  public void interrupt() {
    context.runOnContext(
        ignored -> {
          interrupted = true;
          UploadReception current = reception;
          if (current != null) {
            current.interrupt();
          }
        });
  }

  /** The upload was counted: from now on its offset is its length. */
  public void counted(long lengthBytes) {
    intake.remember(slot.target, lengthBytes);
  }

  /** Forgets what was received when the refusal says that it can never be of use. */
  public void dropIfUseless(Throwable refusal) {
    PartialUpload partial = slot.partial;
    if (partial != null
        && refusal instanceof RejectedException rejected
        && isFinal(rejected.reason())) {
      slot.partial = null;
      intake.discard(partial);
    }
  }

  private static boolean isFinal(RejectReason reason) {
    return reason == RejectReason.ROUND_CLOSED
        || reason == RejectReason.ROUND_ABANDONED
        || reason == RejectReason.UNKNOWN_ROUND
        || reason == RejectReason.NOT_IN_ROUND;
  }

  /** Lets the next request have its turn. Once or more often. */
  public void release() {
    if (!released) {
      released = true;
      intake.release(slot, this);
      over.complete();
    }
  }

  Future<Void> over() {
    return over.future();
  }

  Context context() {
    return context;
  }
}
