package dev.tributary.coordinator.http.device;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.coordinator.http.Answer;
import dev.tributary.coordinator.http.Exchange;
import dev.tributary.coordinator.http.Problem;
import dev.tributary.coordinator.http.RefusedException;
import dev.tributary.coordinator.intake.Received;
import dev.tributary.coordinator.intake.UploadIntake;
import dev.tributary.coordinator.intake.UploadTarget;
import dev.tributary.coordinator.intake.UploadTurn;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.UploadAdmission;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;

/**
 * Uploads of updates: ask for the turn, ask the desk, stage and verify the bytes, have them
 * counted, answer. The turn is held until the desk has decided, so that a retry that overtakes its
 * original waits for the original's answer.
 */
public final class UploadRoutes {

  private final UploadIntake intake;
  private final DeviceDesk desk;
  private final Counter receivedBytes;

  public UploadRoutes(UploadIntake intake, DeviceDesk desk, MeterRegistry registry) {
    this.intake = intake;
    this.desk = desk;
    this.receivedBytes =
        Counter.builder("tributary.upload.bytes")
            .description("Bytes of updates that were received, counted in the end or not")
            .baseUnit("bytes")
            .register(registry);
  }

  /**
   * Where an upload stands. Ends a request that is still sending, so that the answer stays true.
   */
  Future<Answer> offset(Exchange exchange, DeviceId device) throws RejectedException {
    return intake
        .turn(target(exchange, device))
        .map(
            turn -> {
              Answer answer =
                  new Answer.Empty(
                      200,
                      Map.of(
                          UploadHeaders.OFFSET,
                          Long.toString(turn.offsetBytes()),
                          UploadHeaders.COMPLETE,
                          turn.isCounted() ? "?1" : "?0",
                          "Cache-Control",
                          "no-store"));
              turn.release();
              return answer;
            });
  }

  /** Takes the bytes of an upload from its offset on. */
  Future<Answer> put(Exchange exchange, DeviceId device) throws RejectedException {
    exchange.requireIdentityEncoding();
    UploadTarget target = target(exchange, device);
    UploadHeaders headers = UploadHeaders.of(exchange.request());
    long announcedBytes = exchange.announcedBytes();
    if (announcedBytes > headers.remainingBytes()) {
      throw new RejectedException(
          RejectReason.WRONG_LENGTH,
          "the body has "
              + announcedBytes
              + " bytes; expected "
              + headers.remainingBytes()
              + ", those from the offset on");
    }
    return intake
        .turn(target)
        .compose(
            turn ->
                admitted(exchange, target, turn, headers).onComplete(ignored -> turn.release()));
  }

  private static UploadTarget target(Exchange exchange, DeviceId device) throws RejectedException {
    return new UploadTarget(device, exchange.round(), UploadId.parse(exchange.parameter("upload")));
  }

  private Future<Answer> admitted(
      Exchange exchange, UploadTarget target, UploadTurn turn, UploadHeaders headers) {
    return desk.admitUpload(
            target.device(),
            target.round(),
            target.upload(),
            headers.lengthBytes(),
            headers.sha256(),
            headers.signature())
        .recover(
            cause -> {
              turn.dropIfUseless(cause);
              return Future.failedFuture(cause);
            })
        .compose(
            admission ->
                switch (admission) {
                  case UploadAdmission.AlreadyCounted(var receipt) ->
                      Future.succeededFuture(
                          new Answer.Repeated(new Answer.Message(200, receipt.encode())));
                  case UploadAdmission.Stage stage -> received(exchange, turn, headers, stage);
                });
  }

  private Future<Answer> received(
      Exchange exchange, UploadTurn turn, UploadHeaders headers, UploadAdmission.Stage stage) {
    if (exchange.request().response().closed()) {
      return Future.failedFuture(
          new RejectedException(RejectReason.BODY_INCOMPLETE, "the device has gone"));
    }
    exchange.whenGone(turn::interrupt);
    exchange.continueIfAsked();
    Duration longest = exchange.limits().transferTime(headers.remainingBytes());
    boolean[] tooSlow = {false};
    long deadline =
        exchange
            .vertx()
            .setTimer(
                longest.toMillis(),
                ignored -> {
                  tooSlow[0] = true;
                  turn.interrupt();
                });
    return turn.receive(
            exchange.request(),
            stage.protocol(),
            stage.parameters(),
            headers.offsetBytes(),
            headers.lengthBytes(),
            headers.sha256())
        .onComplete(ignored -> exchange.vertx().cancelTimer(deadline))
        .recover(cause -> Future.failedFuture(withOffset(cause, turn)))
        .compose(
            received ->
                switch (received) {
                  case Received.Part(long offsetBytes) ->
                      Future.failedFuture(
                          new RefusedException(
                              incomplete(offsetBytes, headers, tooSlow[0], longest)));
                  case Received.Whole(VerifiedUpload upload) -> counted(upload, turn, headers);
                });
  }

  private Future<Answer> counted(VerifiedUpload upload, UploadTurn turn, UploadHeaders headers) {
    receivedBytes.increment((double) headers.remainingBytes());
    return desk.count(upload)
        .map(
            receipt -> {
              turn.counted(headers.lengthBytes());
              return new Answer.Message(200, receipt.encode());
            });
  }

  private Problem incomplete(
      long offsetBytes, UploadHeaders headers, boolean tooSlow, Duration longest) {
    receivedBytes.increment((double) (offsetBytes - headers.offsetBytes()));
    Problem problem =
        tooSlow
            ? Exchange.tooSlow(longest)
            : Problem.of(
                RejectReason.BODY_INCOMPLETE,
                "the body ended at byte "
                    + offsetBytes
                    + " of "
                    + headers.lengthBytes()
                    + "; it can be resumed there");
    return problem.withHeader(UploadHeaders.OFFSET, Long.toString(offsetBytes));
  }

  /** A device that continues at the wrong place is told the right one. */
  private static Throwable withOffset(Throwable cause, UploadTurn turn) {
    return cause instanceof RejectedException rejected
            && rejected.reason() == RejectReason.OFFSET_MISMATCH
        ? new RefusedException(
            Problem.of(rejected.reason(), rejected.detail())
                .withHeader(UploadHeaders.OFFSET, Long.toString(turn.offsetBytes())))
        : cause;
  }
}
