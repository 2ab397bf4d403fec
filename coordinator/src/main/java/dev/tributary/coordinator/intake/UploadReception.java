package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the body of one request into the stage of its upload, a chunk at a time: copy, hash and
 * check on the event loop (some tens of microseconds for 64 KiB), write on a worker thread with the
 * body paused meanwhile. That pause is the backpressure: the device sends no faster than the stage
 * takes.
 *
 * <p>One event loop.
 */
final class UploadReception {

  private static final Logger LOG = LoggerFactory.getLogger(UploadReception.class);

  private final UploadIntake intake;
  private final PartialUpload partial;
  private final UploadStage stage;
  private final ReadStream<Buffer> body;
  private final Promise<Boolean> result = Promise.promise();
  private Future<Void> writing = Future.succeededFuture();
  private boolean ended;

  UploadReception(UploadIntake intake, PartialUpload partial, ReadStream<Buffer> body) {
    this.intake = intake;
    this.partial = partial;
    this.stage = partial.stage();
    this.body = body;
  }

  /**
   * Starts; true when the upload is whole and verified, false when the body ended or broke off
   * before.
   *
   * @return fails with {@link RejectedException} when the upload must be dropped
   */
  Future<Boolean> run() {
    body.handler(buffer -> take(buffer, 0));
    body.endHandler(ignored -> end());
    body.exceptionHandler(cause -> interrupt());
    body.resume();
    return result.future();
  }

  /** Stops taking bytes and keeps what arrived, once a write under way is over. */
  void interrupt() {
    if (!ended) {
      ended = true;
      writing.onComplete(ignored -> result.tryComplete(false));
    }
  }

  private void take(Buffer buffer, int from) {
    int at = from;
    while (!ended && at < buffer.length()) {
      if (stage.isWhole()) {
        reject(
            new RejectedException(
                RejectReason.WRONG_LENGTH,
                "the body goes on after the " + partial.lengthBytes() + " bytes it announced"));
        return;
      }
      int count = Math.min(stage.workingRoom(), buffer.length() - at);
      buffer.getBytes(at, at + count, stage.working(), stage.workingBytes());
      stage.filled(count);
      at += count;
      if (stage.isWorkingFull() && !stored(buffer, at)) {
        return;
      }
    }
  }

  /**
   * Checks and stores a full chunk; false when the rest of the buffer has to wait for a write, or
   * nothing follows.
   */
  private boolean stored(Buffer buffer, int rest) {
    partial.verifier().accept(stage.working(), stage.workingBytes());
    if (stage.isWhole() || stage.keepInMemory()) {
      return true;
    }
    try {
      stage.reserveFile();
    } catch (RejectedException e) {
      reject(e);
      return false;
    }
    body.pause();
    writing = intake.blocking(stage::moveToFile);
    writing.onSuccess(
        ignored -> {
          take(buffer, rest);
          if (writing.isComplete()) {
            body.resume();
          }
        });
    writing.onFailure(this::writeFailed);
    return false;
  }

  private void writeFailed(Throwable cause) {
    LOG.warn("an upload could not be staged in a temporary file", cause);
    String what = cause instanceof IOException ? "cannot be written" : "failed";
    ended = true;
    result.tryFail(
        new RejectedException(RejectReason.STORAGE_FULL, "the stage for uploads " + what));
  }

  private void reject(RejectedException cause) {
    ended = true;
    result.tryFail(cause);
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (!stage.isWhole()) {
      result.tryComplete(false);
      return;
    }
    try {
      partial.verifier().finish(partial.sha256());
      result.tryComplete(true);
    } catch (RejectedException e) {
      result.tryFail(e);
    }
  }
}
