package dev.tributary.simulations.chaos.door;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.coordinator.intake.Received;
import dev.tributary.coordinator.intake.UploadTarget;
import dev.tributary.coordinator.intake.UploadTurn;
import dev.tributary.coordinator.schedule.UploadAdmission;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.simulations.chaos.machine.CoordinatorProcess;
import io.vertx.core.Future;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Uploads: ask for the turn, ask the desk, stage and verify the bytes, have them counted, answer,
 * as the routes over HTTP do.
 */
record UploadDoor(CoordinatorProcess process) {
  private static final String OFFSET = "Upload-Offset";

  private record Announced(
      UploadTarget target,
      long offsetBytes,
      long lengthBytes,
      byte[] sha256,
      Optional<DeviceSignature> signature) {

    static Announced of(Request request, UploadTarget target) throws RejectedException {
      long offset = Long.parseLong(request.header("upload-offset").orElse("0"));
      long length = Long.parseLong(request.required("upload-length"));
      if (length < 1 || offset > length || request.body().length() > length - offset) {
        throw new RejectedException(
            RejectReason.WRONG_LENGTH,
            "the upload has " + length + " bytes and continues at " + offset);
      }
      String digest = request.required("repr-digest");
      return new Announced(
          target,
          offset,
          length,
          base64(digest.substring("sha-256=".length())),
          request.header("update-signature").map(text -> DeviceSignature.of(base64(text))));
    }

    private static byte[] base64(String between) {
      return Base64.getDecoder().decode(between.substring(1, between.length() - 1));
    }
  }

  /** HEAD: how much of an upload is here. */
  Future<Response> offset(Request request, DeviceId device) throws RejectedException {
    return process
        .intake()
        .turn(target(request, device))
        .map(
            turn -> {
              Response answer =
                  Response.empty(
                      200,
                      Map.of(
                          OFFSET,
                          Long.toString(turn.offsetBytes()),
                          "Upload-Complete",
                          turn.isCounted() ? "?1" : "?0"));
              turn.release();
              return answer;
            });
  }

  /** PUT: takes the bytes from an offset on. */
  Future<Response> put(Request request, Connection connection, DeviceId device)
      throws RejectedException {
    var announced = Announced.of(request, target(request, device));
    return process
        .intake()
        .turn(announced.target())
        .compose(
            turn ->
                admitted(request, connection, turn, announced)
                    .onComplete(ignored -> turn.release()));
  }

  private static UploadTarget target(Request request, DeviceId device) throws RejectedException {
    return new UploadTarget(
        device, RoundId.parse(request.path().get(2)), UploadId.parse(request.path().get(4)));
  }

  private Future<Response> admitted(
      Request request, Connection connection, UploadTurn turn, Announced announced) {
    var target = announced.target();
    return process
        .devices()
        .admitUpload(
            target.device(),
            target.round(),
            target.upload(),
            announced.lengthBytes(),
            announced.sha256(),
            announced.signature())
        .recover(
            cause -> {
              turn.dropIfUseless(cause);
              return Future.failedFuture(cause);
            })
        .compose(
            admission ->
                switch (admission) {
                  case UploadAdmission.AlreadyCounted(var receipt) ->
                      Future.succeededFuture(Response.message(200, receipt.encode()));
                  case UploadAdmission.Stage stage ->
                      received(request, connection, turn, announced, stage);
                });
  }

  private Future<Response> received(
      Request request,
      Connection connection,
      UploadTurn turn,
      Announced announced,
      UploadAdmission.Stage stage) {
    if (connection.isGone()) {
      return Future.failedFuture(
          new RejectedException(RejectReason.BODY_INCOMPLETE, "the device has gone"));
    }
    connection.whenGone(turn::interrupt);
    return turn.receive(
            new SimulatedBody(process.life(), connection, request.body().array()),
            stage.protocol(),
            stage.parameters(),
            announced.offsetBytes(),
            announced.lengthBytes(),
            announced.sha256())
        .recover(cause -> Future.failedFuture(withOffset(cause, turn)))
        .compose(
            received ->
                switch (received) {
                  case Received.Part(long offsetBytes) ->
                      Future.failedFuture(
                          new Response.Refusal(
                              RejectReason.BODY_INCOMPLETE,
                              "the body ended at byte " + offsetBytes,
                              Map.of(OFFSET, Long.toString(offsetBytes))));
                  case Received.Whole whole ->
                      process
                          .devices()
                          .count(whole.upload())
                          .map(
                              receipt -> {
                                turn.counted(announced.lengthBytes());
                                return Response.message(200, receipt.encode());
                              });
                });
  }

  /** A device that continues at the wrong place is told the right one. */
  private static Throwable withOffset(Throwable cause, UploadTurn turn) {
    return cause instanceof RejectedException rejected
            && rejected.reason() == RejectReason.OFFSET_MISMATCH
        ? new Response.Refusal(
            rejected.reason(), rejected.detail(), Map.of(OFFSET, Long.toString(turn.offsetBytes())))
        : cause;
  }
}
