package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.store.RoundJournal.Entry;
import dev.tributary.coordinator.store.RoundJournal.Upload;
import dev.tributary.coordinator.store.StoreException;
import java.util.List;
import java.util.Optional;

/** An event as the journal takes it, and its refusal as a device is told. Pure. */
public final class RoundEntries {
  private RoundEntries() {}

  public static Entry entry(RoundEvent event) {
    return new Entry(event.at(), RoundEventCodec.type(event), RoundEventCodec.encode(event));
  }

  public static List<Upload> uploads(RoundEvent event) {
    return event instanceof RoundEvent.UploadsCounted e
        ? e.uploads().stream()
            .map(upload -> new Upload(upload.device(), upload.upload(), upload.sha256()))
            .toList()
        : List.of();
  }

  public static RejectedException refusal(RoundId round, Throwable failure) {
    var reason =
        failure instanceof StoreException e
            ? e.refusal().map(RejectedException::reason)
            : Optional.<RejectReason>empty();
    return new RejectedException(
        reason.orElse(RejectReason.STORAGE_FULL), "round " + round + " could not be journaled");
  }
}
