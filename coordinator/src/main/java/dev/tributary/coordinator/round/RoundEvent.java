package dev.tributary.coordinator.round;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.coordinator.round.plan.RoundPlan;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Something that happened to a round, and when. What is accepted is journaled, so every event can
 * be read back.
 */
public sealed interface RoundEvent {
  Instant at();

  /** The scheduler decided on a round: the first event of every journal. */
  record RoundPlanned(Instant at, RoundPlan plan) implements RoundEvent {}

  /** Devices may come in: the selection deadline runs from here. */
  record RoundOpened(Instant at) implements RoundEvent {}

  /** The model that the round starts from is known: that of the round before, once it has ended. */
  record BaseFixed(Instant at, ModelDigest base) implements RoundEvent {}

  /** A device checked in and was given to this round. */
  record DeviceEnrolled(Instant at, DeviceId device) implements RoundEvent {}

  /** A device made its public keys known (protocols with a key exchange). */
  record KeysAdvertised(Instant at, DeviceId device) implements RoundEvent {}

  /** A device shared its keys with its neighbours (protocols with a key exchange). */
  record KeysShared(Instant at, DeviceId device) implements RoundEvent {}

  /**
   * These uploads, at least one, are in the sum of a shard. One event for a batch, so that the
   * checkpoint of the sum and the list of what it contains become durable together.
   *
   * @param checkpoint of the sum with them; empty where a round does not outlive its process
   */
  record UploadsCounted(Instant at, List<CountedUpload> uploads, Optional<SumCheckpoint> checkpoint)
      implements RoundEvent {
    public UploadsCounted {
      uploads = List.copyOf(uploads);
      if (uploads.isEmpty()) {
        throw new IllegalArgumentException("uploads must not be empty");
      }
    }

    public UploadsCounted(Instant at, List<CountedUpload> uploads) {
      this(at, uploads, Optional.empty());
    }
  }

  /**
   * A sum on disk, all of it: the newest one of its shard that was journaled holds.
   *
   * @param file its name among the files of the round, never used twice
   * @param uploads how many are in it
   * @param crc32c of its bytes
   */
  record SumCheckpoint(int shard, String file, int uploads, long crc32c) {}

  /**
   * A device said that it will not finish; {@code cause} is a code such as {@code training-failed}.
   */
  record DeviceDropped(Instant at, DeviceId device, String cause) implements RoundEvent {}

  /** The time of this phase is over. */
  record DeadlinePassed(Instant at, Phase phase) implements RoundEvent {}

  /** So many devices of a shard confirmed its survivors that no other set can have as many. */
  record SurvivorsConfirmed(Instant at, int shard) implements RoundEvent {}

  /**
   * The sum is in the clear.
   *
   * @param unopened shards that could not be opened: their updates do not count
   * @param checkpoint of the open sum of all other shards; empty where a round does not outlive its
   *     process
   */
  record SumUnmasked(Instant at, Set<Integer> unopened, Optional<SumCheckpoint> checkpoint)
      implements RoundEvent {
    public SumUnmasked {
      unopened = Set.copyOf(unopened);
    }

    public SumUnmasked(Instant at, Set<Integer> unopened) {
      this(at, unopened, Optional.empty());
    }

    public SumUnmasked(Instant at) {
      this(at, Set.of());
    }
  }

  /**
   * The next model (of an evaluation round: the evaluated one) is computed and its file is on disk.
   */
  record ModelOptimized(Instant at, ModelDigest result) implements RoundEvent {}

  /** The registry shows the result. Journaled in the same transaction that puts it there. */
  record VersionPublished(Instant at) implements RoundEvent {}

  /** Somebody other than the round itself ends it. */
  record RoundCancelled(Instant at, AbandonReason because, String detail) implements RoundEvent {}

  /** The round cannot go on, through no fault of its devices. */
  record DefectFound(Instant at, String cause) implements RoundEvent {}
}
