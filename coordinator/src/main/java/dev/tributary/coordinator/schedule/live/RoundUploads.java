package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.round.RoundState.Abandoned;
import dev.tributary.coordinator.round.RoundState.AdvertisingKeys;
import dev.tributary.coordinator.round.RoundState.Collecting;
import dev.tributary.coordinator.round.RoundState.Confirming;
import dev.tributary.coordinator.round.RoundState.Enrolling;
import dev.tributary.coordinator.round.RoundState.Failed;
import dev.tributary.coordinator.round.RoundState.Optimizing;
import dev.tributary.coordinator.round.RoundState.Planned;
import dev.tributary.coordinator.round.RoundState.Published;
import dev.tributary.coordinator.round.RoundState.Publishing;
import dev.tributary.coordinator.round.RoundState.SharingKeys;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.schedule.ledger.RoundEntries;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.StoreException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The uploads of one round on their way into its sum, each exactly once. Touched only by the lane
 * of its task.
 *
 * <p>An upload first takes a place: places taken and uploads counted never exceed the target, and a
 * deadline waits until every place taken is settled, so that what is in the sum and what the
 * journal says is in it are the same when the survivors freeze. Then a worker adds it. Whatever was
 * added goes to disk in batches, a checkpoint of the sum and one event in the journal, and its
 * devices get their receipts after that.
 */
public final class RoundUploads implements UploadBatches.Owner {
  private final RoundRunner round;
  private final Executor lane;
  private final Function<UploadId, UploadReceipt> receipts;
  private final Map<DeviceId, Counted> counted = new HashMap<>();
  private final Map<DeviceId, OnItsWay> onTheirWay = new HashMap<>();
  private final UploadBatches batches;
  private int placesTaken;
  private boolean deadlinePassed;

  private record Counted(CountedUpload upload, UploadReceipt receipt) {}

  private record OnItsWay(
      CountedUpload upload,
      List<Consumer<UploadReceipt>> counted,
      List<Consumer<RejectedException>> refused) {}

  /**
   * The uploads of this round.
   *
   * @param receipts for an upload that is counted now
   */
  public RoundUploads(
      RoundRunner round,
      Services services,
      Executor lane,
      Function<UploadId, UploadReceipt> receipts) {
    this.round = round;
    this.lane = lane;
    this.receipts = receipts;
    this.batches = new UploadBatches(round, services, lane, this);
    round.onDeadline(Phase.REPORTING, this::passDeadline);
  }

  /** What another process had counted, and where its checkpoints are. Before anything else. */
  public void restore(Collection<CountedUpload> before, Collection<SumCheckpoint> newest) {
    for (var upload : before) {
      counted.put(upload.device(), new Counted(upload, receipts.apply(upload.upload())));
    }
    newest.forEach(batches::restore);
  }

  /**
   * Whether this upload may be sent.
   *
   * @param fresh runs when it may
   * @param known runs, at once or when it is on disk, when it is in the sum already
   */
  public void admit(
      CountedUpload upload,
      long lengthBytes,
      Runnable fresh,
      Consumer<UploadReceipt> known,
      Consumer<RejectedException> refused) {
    Counted before = counted.get(upload.device());
    OnItsWay underway = onTheirWay.get(upload.device());
    if (before != null) {
      if (before.upload().equals(upload)) {
        known.accept(before.receipt());
      } else {
        refused.accept(conflict(before.upload()));
      }
    } else if (underway != null) {
      if (underway.upload().equals(upload)) {
        underway.counted().add(known);
        underway.refused().add(refused);
      } else {
        refused.accept(conflict(underway.upload()));
      }
    } else {
      admitFresh(upload, lengthBytes, fresh, refused);
    }
  }

  /** Counts a verified upload; closes it in any case. */
  public void count(
      VerifiedUpload verified,
      Consumer<UploadReceipt> receipt,
      Consumer<RejectedException> refused) {
    var upload =
        new CountedUpload(
            verified.device(), verified.uploadId(), HexFormat.of().formatHex(verified.sha256()));
    Consumer<UploadReceipt> again =
        known -> {
          release(verified);
          receipt.accept(known);
        };
    Consumer<RejectedException> closing =
        refusal -> {
          release(verified);
          refused.accept(refusal);
        };
    admit(
        upload,
        verified.source().lengthBytes(),
        () -> add(verified, upload, receipt, refused),
        again,
        closing);
  }

  /** Whether an upload of this device is in the sum or about to be. */
  public boolean has(DeviceId device) {
    return counted.containsKey(device) || onTheirWay.containsKey(device);
  }

  /** Frees the staged bytes of an upload that nobody will read any more. */
  public static void release(VerifiedUpload upload) {
    RoundSum.close(upload);
  }

  private void admitFresh(
      CountedUpload upload, long lengthBytes, Runnable fresh, Consumer<RejectedException> refused) {
    switch (round.decided()) {
      case Planned s -> refused.accept(notInRound(upload));
      case Enrolling s -> refused.accept(tooEarly(upload));
      case AdvertisingKeys s -> refused.accept(tooEarly(upload));
      case SharingKeys s -> refused.accept(tooEarly(upload));
      case Collecting s -> admitCollecting(s, upload, lengthBytes, fresh, refused);
      case Confirming s -> refused.accept(closed(upload));
      case Unmasking s -> refused.accept(closed(upload));
      case Optimizing s -> refused.accept(closed(upload));
      case Publishing s -> refused.accept(closed(upload));
      case Published s -> refused.accept(closed(upload));
      case Abandoned s -> refused.accept(abandoned(upload, s.because().code() + ": " + s.detail()));
      case Failed s -> refused.accept(abandoned(upload, "failed"));
    }
  }

  private void admitCollecting(
      Collecting state,
      CountedUpload upload,
      long lengthBytes,
      Runnable fresh,
      Consumer<RejectedException> refused) {
    long expectedBytes = round.work().quantization().packedBytes();
    if (!state.cohort().contains(upload.device())) {
      refused.accept(notInRound(upload));
    } else if (state.dropped().contains(upload.device())
        || deadlinePassed
        || state.counted().size() + placesTaken >= round.plan().targetCount()) {
      refused.accept(closed(upload));
    } else if (lengthBytes != expectedBytes) {
      refused.accept(
          new RejectedException(
              RejectReason.WRONG_LENGTH,
              "an upload of round "
                  + round.id()
                  + " has "
                  + expectedBytes
                  + " bytes, not "
                  + lengthBytes));
    } else {
      fresh.run();
    }
  }

  private void add(
      VerifiedUpload verified,
      CountedUpload upload,
      Consumer<UploadReceipt> receipt,
      Consumer<RejectedException> refused) {
    int shard = shardOf(upload);
    onTheirWay.put(
        upload.device(),
        new OnItsWay(upload, new ArrayList<>(List.of(receipt)), new ArrayList<>(List.of(refused))));
    placesTaken++;
    RoundSum sum = round.worker().sum(shard);
    sum.add(
        verified,
        upload,
        () -> lane.execute(() -> batches.added(shard)),
        failure ->
            lane.execute(
                () -> {
                  placesTaken--;
                  refuse(
                      upload,
                      new RejectedException(
                          RejectReason.INTERNAL, "the upload could not be added"));
                  round.defect("an upload could not be added", failure); // the sum is torn
                }));
  }

  /** Asked only where the upload was admitted: while the round collects. */
  private int shardOf(CountedUpload upload) {
    return round.decided() instanceof Collecting s ? s.shards().of(upload.device()) : 0;
  }

  @Override
  public boolean isCounting() {
    return round.decided() instanceof Collecting;
  }

  @Override
  public void giveUp() {
    for (var underway : List.copyOf(onTheirWay.values())) {
      refuse(underway.upload(), abandoned(underway.upload(), "given up"));
    }
  }

  @Override
  public boolean awaitsMore() {
    return !deadlinePassed
        && round.decided() instanceof Collecting s
        && placesTaken < s.awaitedCount()
        && s.counted().size() + placesTaken < round.plan().targetCount();
  }

  @Override
  public void journal(
      List<CountedUpload> batch,
      Optional<SumCheckpoint> checkpoint,
      Runnable done,
      Runnable refused) {
    placesTaken -= batch.size();
    if (round.decided() instanceof Collecting) {
      round.on(
          new RoundEvent.UploadsCounted(round.now(), batch, checkpoint),
          () -> {
            batch.forEach(this::confirm);
            done.run();
          },
          refusal -> {
            batch.forEach(upload -> refuse(upload, refusal));
            refused.run();
          });
    } else { // given up while they were being added: the sum they are in is thrown away
      batch.forEach(upload -> refuse(upload, abandoned(upload, "given up")));
      refused.run();
    }
    if (deadlinePassed && placesTaken == 0) {
      round.passDeadline(Phase.REPORTING);
    }
  }

  /** They keep their places: whoever comes again with the same upload waits with it. */
  @Override
  public void delayed(List<CountedUpload> batch, StoreException because) {
    var refusal = RoundEntries.refusal(round.id(), because);
    for (var upload : batch) {
      var underway = onTheirWay.get(upload.device());
      if (underway != null) {
        var waiting = List.copyOf(underway.refused());
        underway.counted().clear();
        underway.refused().clear();
        waiting.forEach(listener -> listener.accept(refusal));
      }
    }
  }

  private void passDeadline() {
    if (placesTaken > 0) {
      deadlinePassed = true; // takes no more; ends with the last place taken
      batches.hurry();
    } else {
      round.passDeadline(Phase.REPORTING);
    }
  }

  private void confirm(CountedUpload upload) {
    var receipt = receipts.apply(upload.upload());
    counted.put(upload.device(), new Counted(upload, receipt));
    var underway = onTheirWay.remove(upload.device());
    if (underway != null) {
      underway.counted().forEach(listener -> listener.accept(receipt));
    }
  }

  private void refuse(CountedUpload upload, RejectedException refusal) {
    var underway = onTheirWay.remove(upload.device());
    if (underway != null) {
      underway.refused().forEach(listener -> listener.accept(refusal));
    }
  }

  private RejectedException conflict(CountedUpload before) {
    return new RejectedException(
        RejectReason.UPLOAD_CONFLICT,
        "round "
            + round.id()
            + " has the upload "
            + before.upload()
            + " of this device, with other bytes or another id");
  }

  private RejectedException tooEarly(CountedUpload upload) {
    return round.isMember(upload.device())
        ? new RejectedException(
            RejectReason.WRONG_STATE, "round " + round.id() + " does not take uploads yet")
        : notInRound(upload);
  }

  private RejectedException closed(CountedUpload upload) {
    return round.isMember(upload.device())
        ? new RejectedException(
            RejectReason.ROUND_CLOSED, "round " + round.id() + " takes no more uploads")
        : notInRound(upload);
  }

  private RejectedException abandoned(CountedUpload upload, String why) {
    return round.isMember(upload.device())
        ? new RejectedException(
            RejectReason.ROUND_ABANDONED, "round " + round.id() + " was abandoned: " + why)
        : notInRound(upload);
  }

  private RejectedException notInRound(CountedUpload upload) {
    return new RejectedException(
        RejectReason.NOT_IN_ROUND, "device " + upload.device() + " is not in round " + round.id());
  }
}
