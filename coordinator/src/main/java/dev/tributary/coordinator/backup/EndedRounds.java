package dev.tributary.coordinator.backup;

import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundStateName;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.store.RoundJournal;
import dev.tributary.coordinator.store.RoundJournal.Entry;
import dev.tributary.coordinator.store.RoundJournal.Row;
import dev.tributary.coordinator.store.SqlRoundJournal;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.coordinator.store.sqlite.Database;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionException;

/** Ends, in the journal of a copied state, the rounds that were open when it was copied. */
final class EndedRounds {

  private EndedRounds() {}

  /** The number of rounds that were open. Blocks. */
  static int endAll(Path folder, Instant now) throws IOException {
    try (Database database = Database.open(folder, now)) {
      RoundJournal journal = new SqlRoundJournal(database);
      List<Row> open = await(journal.open());
      for (Row row : open) {
        end(journal, row, now);
      }
      return open.size();
    } finally {
      Files.deleteIfExists(folder.resolve("coordinator.lock"));
    }
  }

  private static void end(RoundJournal journal, Row row, Instant now) {
    String why = "restored from a backup that was taken at " + now;
    boolean opened =
        switch (RoundStateName.named(row.state())) {
          case OPTIMIZING, PUBLISHING -> true;
          case PLANNED,
              ENROLLING,
              ADVERTISING_KEYS,
              SHARING_KEYS,
              COLLECTING,
              CONFIRMING,
              UNMASKING,
              PUBLISHED,
              ABANDONED,
              FAILED ->
              false;
        };
    RoundEvent event =
        opened
            ? new RoundEvent.DefectFound(now, why)
            : new RoundEvent.RoundCancelled(now, AbandonReason.COORDINATOR_RESTARTED, why);
    String reason = (opened ? "failed" : AbandonReason.COORDINATOR_RESTARTED.code()) + ": " + why;
    Row ended = ended(row, opened ? RoundStateName.FAILED : RoundStateName.ABANDONED, now, reason);
    try {
      int sequence = await(journal.entries(row.round())).size();
      await(
          journal.append(
              row.round(),
              sequence,
              new Entry(now, RoundEventCodec.type(event), RoundEventCodec.encode(event)),
              ended,
              List.of(),
              journal.forgettingMessages(row.round())));
    } catch (StoreException damage) {
      if (damage.kind() != StoreException.Kind.CORRUPT) {
        throw damage;
      }
      await(
          journal.giveUp(ended(row, RoundStateName.FAILED, now, why + "; " + damage.getMessage())));
    }
  }

  private static Row ended(Row before, RoundStateName state, Instant now, String why) {
    return new Row(
        before.round(),
        before.kind(),
        state.text(),
        false,
        before.baseDigest(),
        "",
        before.selectedCount(),
        before.countedCount(),
        before.droppedCount(),
        before.targetCount(),
        before.minimumCount(),
        before.plannedAt(),
        now,
        why,
        before.metrics());
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StoreException known ? known : e;
    }
  }
}
