package dev.tributary.coordinator.store;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.protocol.UploadId;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The events of every round, in order and durable, and beside them what the rounds look like now.
 */
public interface RoundJournal {
  /**
   * Appends one event together with what follows from it, all or nothing. Futures complete in the
   * order of calls, on the store's thread.
   *
   * @param sequence of the event in its round, from 0; a gap or a repetition is refused
   * @param alongside more writes for the same transaction
   */
  Future<Integer> append(
      RoundId round,
      int sequence,
      Entry entry,
      Row row,
      List<Upload> counted,
      SqlWork<?> alongside);

  /**
   * Ends a round whose entries cannot be read: its row alone says how. The entries stay as they
   * are, for whoever looks into it.
   */
  Future<Integer> giveUp(Row row);

  /** Keeps a message of a session of the round, once, as a part of a transaction. */
  SqlWork<Integer> keeping(RoundId round, Message message);

  /** Removes the messages of the round, as a part of a transaction. */
  SqlWork<Integer> forgettingMessages(RoundId round);

  /** Keeps a message; succeeds, on the store's thread, when it is on disk. */
  Future<Integer> keep(RoundId round, Message message);

  /** The messages that are kept of a round. */
  Future<List<Message>> messages(RoundId round);

  /** The entries of a round in order, each checked against its checksum. */
  Future<List<Entry>> entries(RoundId round);

  /** Rounds that have not ended. */
  Future<List<Row>> open();

  /** The newest rounds first. */
  Future<List<Row>> newest(Optional<TaskName> task, int limit);

  Future<Optional<Row>> row(RoundId round);

  /** What was counted of this device in this round. */
  Future<Optional<Upload>> upload(RoundId round, DeviceId device);

  /** Whether the device ever enrolled in this round, as its journal says. */
  Future<Boolean> enrolled(RoundId round, DeviceId device);

  /** For each task its greatest round number and how many rounds were published. */
  Future<List<Tally>> tallies();

  /**
   * For each device whose update is in a published version of the task, its newest participation.
   */
  Future<List<Participation>> participations(TaskName task);

  /**
   * The newest published round with an update of a device.
   *
   * @param at when that round ended
   */
  record Participation(DeviceId device, long roundNumber, Instant at) {}

  /**
   * One journaled event.
   *
   * @param payload with its own version inside
   */
  record Entry(Instant at, String type, String payload) {}

  /** An upload in the sum of a round. */
  record Upload(DeviceId device, UploadId upload, String sha256) {}

  /** In which step of secure aggregation a device said something. */
  enum MessageStep {
    KEYS,
    SHARES,
    CONFIRMATION,
    UNMASKING
  }

  /**
   * What a device said in a session, which has to be there when the round goes on.
   *
   * @param sealed so that nothing of it can be read when its round has ended
   */
  record Message(MessageStep step, DeviceId device, byte[] sealed) {}

  /** How far the rounds of a task have come. */
  record Tally(TaskName task, long greatestNumber, long publishedCount) {}

  /**
   * A round at a glance.
   *
   * @param open whether it may still change
   * @param baseDigest empty until the model is fixed
   * @param resultDigest empty until published
   * @param metrics JSON, empty without
   */
  record Row(
      RoundId round,
      String kind,
      String state,
      boolean open,
      String baseDigest,
      String resultDigest,
      int selectedCount,
      int countedCount,
      int droppedCount,
      int targetCount,
      int minimumCount,
      Instant plannedAt,
      Instant changedAt,
      String reason,
      String metrics) {}
}
