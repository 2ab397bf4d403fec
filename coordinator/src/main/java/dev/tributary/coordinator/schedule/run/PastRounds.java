package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundOutcome;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.RoundStateName;
import dev.tributary.coordinator.store.RoundJournal;
import dev.tributary.coordinator.store.RoundJournal.Row;
import io.vertx.core.Future;

/**
 * Answers about rounds that ended long ago, or before a restart, from the journal. Safe on any
 * thread.
 */
final class PastRounds {
  private final RoundJournal journal;

  PastRounds(RoundJournal journal) {
    this.journal = journal;
  }

  /** Always a refusal: why there is no manifest any more. */
  Future<RejectedException> refusal(DeviceId device, RoundId round) {
    return memberRow(device, round).map(PastRounds::closed);
  }

  /** The receipt of what was counted, or a refusal. */
  Future<UploadReceipt> receipt(RoundId round, CountedUpload upload, UploadReceipt ifCounted) {
    return journal
        .upload(round, upload.device())
        .compose(
            counted -> {
              if (counted.isEmpty()) {
                return memberRow(upload.device(), round)
                    .compose(row -> Future.failedFuture(closed(row)));
              }
              boolean same =
                  counted.get().upload().equals(upload.upload())
                      && counted.get().sha256().equals(upload.sha256());
              return same
                  ? Future.succeededFuture(ifCounted)
                  : Future.failedFuture(
                      new RejectedException(
                          RejectReason.UPLOAD_CONFLICT,
                          "round "
                              + round
                              + " has the upload "
                              + counted.get().upload()
                              + " of this device, with other bytes or another id"));
            });
  }

  Future<RoundResult> result(DeviceId device, RoundId round) {
    return memberRow(device, round)
        .map(
            row ->
                switch (RoundStateName.named(row.state())) {
                  case PUBLISHED ->
                      RoundResult.published(round, new ModelDigest(row.resultDigest()));
                  case FAILED -> RoundResult.without(round, RoundOutcome.FAILED, row.reason());
                  case ABANDONED,
                      PLANNED,
                      ENROLLING,
                      ADVERTISING_KEYS,
                      SHARING_KEYS,
                      COLLECTING,
                      CONFIRMING,
                      UNMASKING,
                      OPTIMIZING,
                      PUBLISHING -> // forgotten, so it ended without a result
                      RoundResult.without(round, RoundOutcome.ABANDONED, row.reason());
                });
  }

  private Future<Row> memberRow(DeviceId device, RoundId round) {
    return journal
        .row(round)
        .compose(
            row ->
                row.isEmpty()
                    ? Future.failedFuture(
                        new RejectedException(
                            RejectReason.UNKNOWN_ROUND, "there is no round " + round))
                    : journal
                        .enrolled(round, device)
                        .compose(
                            enrolled ->
                                enrolled
                                    ? Future.succeededFuture(row.get())
                                    : Future.failedFuture(
                                        new RejectedException(
                                            RejectReason.NOT_IN_ROUND,
                                            "device " + device + " was not in round " + round))));
  }

  private static RejectedException closed(Row row) {
    return RoundStateName.named(row.state()) == RoundStateName.PUBLISHED
        ? new RejectedException(RejectReason.ROUND_CLOSED, "round " + row.round() + " is published")
        : new RejectedException(
            RejectReason.ROUND_ABANDONED,
            "round " + row.round() + " was abandoned: " + row.reason());
  }
}
