package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.coordinator.intake.UploadIntake.Slot;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request's exclusive turn at one upload: learns the offset, receives bytes from there.
 * Everything runs on the event loop of that request, except {@link #interrupt}.
 */
public final class UploadTurn {

  private static final Logger LOG = LoggerFactory.getLogger(UploadTurn.class);

  private final UploadIntake intake;
  private final Slot slot;
  private final UploadTarget target;
  private final Executor loop;
  private final Promise<Void> over = Promise.promise();
  private @Nullable UploadReception reception;
  private boolean interrupted;
  private boolean released;

  UploadTurn(UploadIntake intake, Slot slot, UploadTarget target, Executor loop) {
    this.intake = intake;
    this.slot = slot;
    this.target = target;
    this.loop = loop;
  }

  /**
   * Bytes received so far; the whole length once the upload was counted; 0 when nothing is known of
   * it.
   */
  public long offsetBytes() {
    Long counted = intake.countedLength(target);
    if (counted != null) {
      return counted;
    }
    PartialUpload partial = known();
    return partial == null ? 0 : partial.stage().receivedBytes();
  }

  /** Whether this upload was counted, not long ago. */
  public boolean isCounted() {
    return intake.countedLength(target) != null;
  }

  /** What was received of this upload; not what was received of another one of the device. */
  private @Nullable PartialUpload known() {
    PartialUpload partial = slot.partial;
    return partial != null && partial.upload().equals(target.upload()) ? partial : null;
  }

  /**
   * Receives the body of the request, which is paused when it comes in. What was received of
   * another upload of the device in the round is dropped: a device that makes a new id has given
   * the old one up.
   *
   * @param offsetBytes where the device says its bytes continue
   * @param lengthBytes of the whole upload
   * @param sha256 of the whole upload, 32 bytes
   * @return fails with {@link RejectedException}: UPLOAD_CONFLICT, OFFSET_MISMATCH, WRONG_LENGTH,
   *     WRONG_DIGEST, RESIDUE_OUT_OF_RANGE, OVERLOADED or STORAGE_FULL; the first two change
   *     nothing, nor does OVERLOADED when the upload is resumed, the others drop the upload
   */
  public Future<Received> receive(
      ReadStream<Buffer> body,
      ProtocolKind protocol,
      QuantizationParameters quantization,
      long offsetBytes,
      long lengthBytes,
      byte[] sha256) {
    PartialUpload partial;
    try {
      partial = partial(protocol, quantization, offsetBytes, lengthBytes, sha256);
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
      ProtocolKind protocol,
      QuantizationParameters quantization,
      long offsetBytes,
      long lengthBytes,
      byte[] sha256)
      throws RejectedException {
    if (interrupted) {
      throw new RejectedException(
          RejectReason.UPLOAD_CONFLICT, "another request has taken this upload over");
    }
    PartialUpload known = known();
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
      known.stage().resume();
      return known;
    }
    dropPartial();
    PartialUpload begun =
        new PartialUpload(
            target.upload(),
            lengthBytes,
            sha256.clone(),
            UploadStage.open(intake.memory(), intake.files(), lengthBytes),
            new UploadVerifier(protocol, quantization));
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
      return suspended(partial);
    }
    slot.partial = null; // its stage now belongs to the verified upload
    return Future.succeededFuture(
        new Received.Whole(new VerifiedUpload(target, partial.sha256(), partial.stage())));
  }

  /** Keeps what arrived of an interrupted upload, where it keeps no other upload out. */
  private Future<Received> suspended(PartialUpload partial) {
    UploadStage stage = partial.stage();
    Received part = new Received.Part(stage.receivedBytes());
    if (stage.suspendInMemory()) {
      return Future.succeededFuture(part);
    }
    try {
      stage.reserveFile();
    } catch (RejectedException e) {
      return dropped(partial, e);
    }
    if (!stage.isWhole()) { // the last chunk of a whole upload has been checked
      partial.verifier().accept(stage.working(), stage.workingBytes());
    }
    return intake
        .blocking(stage::suspendInFile)
        .transform(
            moved -> {
              if (moved.succeeded()) {
                return Future.succeededFuture(part);
              }
              LOG.warn("an interrupted upload could not be kept in a file", moved.cause());
              return dropped(
                  partial,
                  new RejectedException(
                      RejectReason.STORAGE_FULL, "the stage for uploads cannot be written"));
            });
  }

  private void dropPartial() {
    PartialUpload partial = slot.partial;
    if (partial != null) {
      slot.partial = null;
      intake.discard(partial);
    }
  }

  /** Ends the reception early, keeping what arrived. Any thread. */
  public void interrupt() {
    loop.execute(
        () -> {
          interrupted = true;
          UploadReception current = reception;
          if (current != null) {
            current.interrupt();
          }
        });
  }

  /** The upload was counted: from now on its offset is its length. */
  public void counted(long lengthBytes) {
    intake.remember(target, lengthBytes);
  }

  /** Forgets what was received when the refusal says that it can never be of use. */
  public void dropIfUseless(Throwable refusal) {
    if (refusal instanceof RejectedException rejected && isFinal(rejected.reason())) {
      dropPartial();
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

  Executor loop() {
    return loop;
  }
}
