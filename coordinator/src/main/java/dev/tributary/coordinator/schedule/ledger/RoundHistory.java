package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.RoundEffect;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundEvent.SumCheckpoint;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.journal.RoundEventCodec;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.RoundProgress;
import dev.tributary.coordinator.store.RoundJournal.Entry;
import dev.tributary.coordinator.store.RoundJournal.Row;
import dev.tributary.coordinator.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the journal of a round says: its events, each with what it led to, and what follows from all
 * of them. Pure. Replaying is the recovery: the state here is the state that wrote the journal.
 */
public final class RoundHistory {
  private final Row row;
  private final RoundEvent.RoundPlanned planned;
  private final List<Step> steps = new ArrayList<>();
  private final Set<DeviceId> members = new LinkedHashSet<>();
  private final Set<DeviceId> engaged = new LinkedHashSet<>();
  private final Map<DeviceId, CountedUpload> counted = new LinkedHashMap<>();
  private final Map<Integer, SumCheckpoint> newest = new HashMap<>();
  private boolean whole = true;
  private RoundState state;

  /** An event of the journal, and what had to be done after it. */
  public record Step(RoundEvent event, List<RoundEffect> effects) {}

  private RoundHistory(Row row, RoundEvent.RoundPlanned planned) {
    this.row = row;
    this.planned = planned;
    this.state = RoundMachine.begin(planned);
    steps.add(new Step(planned, List.of()));
  }

  /**
   * Replays a journal.
   *
   * @throws StoreException of kind {@code CORRUPT} when it is no journal of a round
   */
  public static RoundHistory of(Row row, List<Entry> entries) {
    if (entries.isEmpty()
        || !(decode(row, entries.getFirst()) instanceof RoundEvent.RoundPlanned planned)) {
      throw corrupt(row, "does not begin with its plan");
    }
    var history = new RoundHistory(row, planned);
    for (var entry : entries.subList(1, entries.size())) {
      history.replay(entry.type(), decode(row, entry));
    }
    return history;
  }

  private void replay(String type, RoundEvent event) {
    Transition step = RoundMachine.on(state, event);
    if (!(step.verdict() instanceof Transition.Verdict.Accepted)) {
      throw corrupt(row, "holds '" + type + "', which " + step.reason());
    }
    state = step.next();
    steps.add(new Step(event, step.effects()));
    switch (event) {
      case RoundEvent.DeviceEnrolled e -> {
        members.add(e.device());
        engaged.add(e.device());
      }
      case RoundEvent.UploadsCounted e -> {
        e.uploads().forEach(upload -> counted.put(upload.device(), upload));
        note(e.checkpoint());
      }
      case RoundEvent.SumUnmasked e -> note(e.checkpoint());
      default -> {}
    }
    for (var effect : step.effects()) {
      if (effect instanceof RoundEffect.ReleaseDevices e) {
        engaged.removeAll(e.devices());
      }
    }
  }

  private void note(Optional<SumCheckpoint> checkpoint) {
    whole &= checkpoint.isPresent();
    checkpoint.ifPresent(each -> newest.put(each.shard(), each));
  }

  private static RoundEvent decode(Row row, Entry entry) {
    try {
      return RoundEventCodec.decode(entry.payload());
    } catch (IllegalArgumentException e) {
      throw corrupt(row, "holds an entry that cannot be read: " + e.getMessage());
    }
  }

  private static StoreException corrupt(Row row, String what) {
    return new StoreException(
        StoreException.Kind.CORRUPT, "the journal of round " + row.round() + " " + what);
  }

  public RoundId round() {
    return row.round();
  }

  /** The first event. */
  public RoundEvent.RoundPlanned planned() {
    return planned;
  }

  public RoundPlan plan() {
    return state.plan();
  }

  public Row row() {
    return row;
  }

  /** Where the journal leads to. */
  public RoundState state() {
    return state;
  }

  /** In order, the plan first. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** Every device that ever enrolled. */
  public Set<DeviceId> members() {
    return members;
  }

  /** Those that the round has not let go. */
  public Set<DeviceId> engaged() {
    return engaged;
  }

  /** What was acknowledged. */
  public Map<DeviceId, CountedUpload> counted() {
    return counted;
  }

  /** Whether everything that was counted is in a checkpoint. */
  public boolean isInCheckpoints() {
    return whole;
  }

  /** The newest checkpoint of each shard; of the open sum, {@link SumFiles#OPEN_SUM}. */
  public Map<Integer, SumCheckpoint> checkpoints() {
    return newest;
  }

  /** What the round builds on, once that is fixed. */
  public Optional<ModelDigest> base() {
    return steps.stream()
        .map(Step::event)
        .filter(RoundEvent.BaseFixed.class::isInstance)
        .map(event -> ((RoundEvent.BaseFixed) event).base())
        .findFirst();
  }

  /** As operators were told. */
  public RoundProgress progress() {
    return RoundViews.after(
        RoundViews.progress(row), state, row.changedAt(), row.reason(), Optional.empty());
  }
}
