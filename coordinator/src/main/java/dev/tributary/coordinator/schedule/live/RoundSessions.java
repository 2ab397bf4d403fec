package dev.tributary.coordinator.schedule.live;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.coordinator.fault.FailPoint;
import dev.tributary.coordinator.round.AbandonReason;
import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.RoundEffect;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundState.Unmasking;
import dev.tributary.coordinator.round.plan.Shards;
import dev.tributary.coordinator.schedule.ledger.ResumedRound;
import dev.tributary.coordinator.schedule.ledger.ResumedRound.Said;
import dev.tributary.coordinator.schedule.ledger.RoundEntries;
import dev.tributary.coordinator.schedule.work.Services;
import dev.tributary.coordinator.store.RoundJournal.Message;
import dev.tributary.coordinator.store.RoundJournal.MessageStep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a round's shards: carries out what the round decides about them, and reports what
 * they come to. Touched only by the lane of its task. After a round has ended nothing is left in
 * it.
 *
 * <p>Whose keys, shares and updates count the state of the round says, never a session: a message
 * that was still being checked when its step ended is not in what follows.
 */
final class RoundSessions {
  private static final Logger LOG = LoggerFactory.getLogger(RoundSessions.class);

  private final RoundRunner round;
  private final Services services;
  private final Executor lane;
  private final Map<Integer, Part> parts = new LinkedHashMap<>();
  private @Nullable Shards shards;
  private boolean deadlinePassed;
  private boolean opening;

  /** A shard as the lane of the task knows it. */
  static final class Part {
    final ShardSession session;
    boolean rosterClosed;
    boolean sharesClosed;
    boolean announced;
    boolean unmasking;
    private int survivorCount;
    private String progress = "its devices were not asked in time";
    private final Set<DeviceId> accused = new TreeSet<>();
    private boolean recovering;
    private @Nullable List<Mask> masks;
    private @Nullable String falseShares;

    private Part(ShardSession session) {
      this.session = session;
    }

    private boolean isDecided(boolean late) {
      return masks != null || falseShares != null || (late && !recovering);
    }
  }

  RoundSessions(RoundRunner round, Services services, Executor lane) {
    this.round = round;
    this.services = services;
    this.lane = lane;
    round.onDeadline(Phase.UNMASKING, this::passDeadline);
  }

  /** Makes a session for each shard. */
  void begin(Shards split) {
    shards = split;
    for (int shard = 0; shard < split.count(); shard++) {
      var manifest = RoundAnswers.manifestOf(round, split, shard, Duration.ZERO);
      var terms = SessionTerms.of(manifest);
      var authority =
          services.authority().vouchingFor(manifest.population(), terms.suite(), round.now());
      parts.put(
          shard,
          new Part(
              new ShardSession(
                  "round " + round.id() + " shard " + shard,
                  terms,
                  authority,
                  services.authority()::sign,
                  services.workers(),
                  lane)));
    }
  }

  /**
   * Does again, with the messages that the journal kept, what led to where the round is. What a
   * session cannot take again ends the round: it is not guessed at.
   */
  void restore(ResumedRound resumed) {
    if (resumed.history().plan().secureAggregation().isEmpty() || resumed.opened().isPresent()) {
      return;
    }
    for (var step : resumed.history().steps()) {
      switch (step.event()) {
        case RoundEvent.KeysAdvertised e -> restore(resumed, MessageStep.KEYS, e.device());
        case RoundEvent.KeysShared e -> restore(resumed, MessageStep.SHARES, e.device());
        default -> {}
      }
      for (var effect : step.effects()) {
        switch (effect) {
          case RoundEffect.BeginSessions e -> begin(e.shards());
          case RoundEffect.CloseRosters e -> closeRosters(e.advertised());
          case RoundEffect.CloseShares e -> closeShares(e.shared());
          case RoundEffect.ConfirmSurvivors e -> confirm(e.survivors());
          default -> {}
        }
      }
    }
    resumed.messages().stream()
        .filter(said -> said.step() == MessageStep.CONFIRMATION)
        .forEach(this::repeat);
  }

  /** The shares that survivors have revealed; after {@link #unmask}. */
  void restoreAnswers(ResumedRound resumed) {
    resumed.messages().stream()
        .filter(said -> said.step() == MessageStep.UNMASKING)
        .forEach(this::repeat);
  }

  private void restore(ResumedRound resumed, MessageStep step, DeviceId device) {
    resumed.messages().stream()
        .filter(said -> said.step() == step && said.device().equals(device))
        .forEach(this::repeat);
  }

  private void repeat(Said said) {
    part(said.device())
        .ifPresent(
            part ->
                part.session.ask(
                    () -> part.session.repeat(said),
                    repeated -> {
                      repeated.revealed().ifPresent(revealed -> revealed(part, revealed));
                      if (repeated.quorum()) {
                        confirmed(said.device());
                      }
                    },
                    refusal -> giveUp(said, refusal)));
  }

  private void giveUp(Said said, RejectedException refusal) {
    LOG.error(
        "ALERT: round {}: the {} of device {} cannot be taken up again: {}",
        round.id(),
        said.step(),
        said.device(),
        refusal.detail());
    round.on(
        new RoundEvent.RoundCancelled(
            round.now(),
            AbandonReason.COORDINATOR_RESTARTED,
            "coordinator restarted, and its sessions could not be taken up again"));
  }

  /** Seals what a device says for the journal, if that keeps it at all. May block. */
  Optional<Message> sealed(MessageStep step, DeviceId device, byte[] content) {
    return services.ledger().policy().enabled()
        ? Optional.of(services.ledger().vaults().of(round.id()).seal(step, device, content))
        : Optional.empty();
  }

  /** Has the journal keep a message; then one of the two is called, on the lane. */
  void keep(Optional<Message> message, Runnable kept, Consumer<RejectedException> refused) {
    if (message.isEmpty()) {
      kept.run();
      return;
    }
    services
        .journal()
        .keep(round.id(), message.get())
        .onComplete(
            done -> lane.execute(kept),
            failure ->
                lane.execute(() -> refused.accept(RoundEntries.refusal(round.id(), failure))));
  }

  /** The shard of a device; empty when there are no sessions, or none any more. */
  Optional<Part> part(DeviceId device) {
    return shards == null || !shards.shardOf().containsKey(device)
        ? Optional.empty()
        : Optional.ofNullable(parts.get(shards.of(device)));
  }

  void closeRosters(Set<DeviceId> advertised) {
    keepOnly(advertised)
        .forEach(
            (part, members) ->
                part.session.command(
                    () -> part.session.closeRoster(members),
                    size -> {
                      part.rosterClosed = true;
                      round.waiters().review();
                    },
                    failure -> round.defect("a roster could not be closed", failure)));
  }

  void closeShares(Set<DeviceId> shared) {
    keepOnly(shared)
        .forEach(
            (part, members) ->
                part.session.command(
                    () -> part.session.closeShares(members),
                    count -> {
                      part.sharesClosed = true;
                      round.waiters().review();
                    },
                    failure -> round.defect("shares could not be handed out", failure)));
  }

  void confirm(Set<DeviceId> survivors) {
    keepOnly(survivors)
        .forEach(
            (part, members) ->
                part.session.command(
                    () -> part.session.announce(members),
                    count -> {
                      part.announced = true;
                      round.waiters().review();
                    },
                    failure -> round.defect("survivors could not be announced", failure)));
  }

  /** So many devices of its shard confirmed the survivors that no other set can have as many. */
  void confirmed(DeviceId device) {
    if (shards != null) {
      round.on(new RoundEvent.SurvivorsConfirmed(round.now(), shards.of(device)));
    }
  }

  /** Asks the survivors, who are on disk by now, for their shares. */
  void unmask(Set<DeviceId> survivors) {
    keepOnly(survivors)
        .forEach(
            (part, members) -> {
              part.survivorCount = members.size();
              part.session.command(
                  () -> part.session.unmask(members),
                  progress -> {
                    part.progress = progress;
                    part.unmasking = true;
                    round.waiters().review();
                  },
                  failure -> round.defect("shares could not be asked for", failure));
            });
  }

  /** A survivor revealed its shares. */
  void revealed(Part part, ShardSession.Revealed revealed) {
    FailPoint.reached(FailPoint.SHARES_REVEALED);
    part.progress = revealed.progress();
    if (revealed.ready() && !part.recovering && !part.isDecided(false)) {
      part.recovering = true;
      recover(part);
    }
  }

  /** A survivor revealed shares that are not those it was dealt. */
  void accuse(Part part, DeviceId device) {
    part.accused.add(device);
  }

  /** Frees everything. */
  void discard() {
    for (var part : parts.values()) {
      part.session.discard();
      if (part.masks != null && !opening) {
        RoundWorker.forget(part.masks);
      }
    }
    parts.clear();
  }

  /** The shards of these devices, each with its own; the others are over. */
  private Map<Part, Set<DeviceId>> keepOnly(Set<DeviceId> devices) {
    var kept = new LinkedHashMap<Part, Set<DeviceId>>();
    if (shards == null) {
      return kept;
    }
    for (var each : parts.entrySet()) {
      var members = shards.members(each.getKey(), devices);
      if (members.isEmpty()) {
        each.getValue().session.discard();
      } else {
        kept.put(each.getValue(), members);
      }
    }
    parts.values().retainAll(kept.keySet());
    return kept;
  }

  private void recover(Part part) {
    part.session.command(
        part.session::recovery,
        pieces ->
            MaskRecoveries.run(
                pieces,
                services.workers(),
                masks -> lane.execute(() -> recovered(part, masks)),
                names -> lane.execute(() -> unrecoverable(part, names)),
                defect -> lane.execute(() -> failed(defect))),
        this::failed);
  }

  private void recovered(Part part, List<Mask> masks) {
    part.recovering = false;
    if (!(round.decided() instanceof Unmasking)) {
      RoundWorker.forget(masks); // given up in the meantime
      return;
    }
    part.masks = masks;
    openIfDecided();
  }

  private void unrecoverable(Part part, String names) {
    part.recovering = false;
    part.falseShares = names;
    openIfDecided();
  }

  private void failed(Throwable defect) {
    if (round.decided() instanceof Unmasking) { // otherwise its shares were forgotten under it
      round.defect("masks could not be recovered", defect);
    }
  }

  private void passDeadline() {
    deadlinePassed = true;
    openIfDecided();
  }

  /** Opens what can be opened once every shard has come to an end, if that is enough. */
  private void openIfDecided() {
    if (opening
        || !(round.decided() instanceof Unmasking)
        || !parts.values().stream().allMatch(part -> part.isDecided(deadlinePassed))) {
      return;
    }
    var openings = new ArrayList<RoundWorker.Opening>();
    var unopened = new HashSet<Integer>();
    parts.forEach(
        (shard, part) -> {
          if (part.masks == null) {
            unopened.add(shard);
          } else {
            openings.add(new RoundWorker.Opening(shard, part.survivorCount, part.masks));
          }
        });
    int devices = openings.stream().mapToInt(RoundWorker.Opening::survivorCount).sum();
    if (openings.isEmpty() || devices < round.plan().minimumCount()) {
      giveUp();
      return;
    }
    opening = true;
    round.worker().open(openings, unopened);
  }

  private void giveUp() {
    boolean anyFalse = parts.values().stream().anyMatch(part -> part.falseShares != null);
    String detail = parts.values().stream().map(this::trouble).collect(Collectors.joining("; "));
    round.on(
        new RoundEvent.RoundCancelled(
            round.now(),
            anyFalse ? AbandonReason.FALSE_SHARES : AbandonReason.UNMASKING_TIMED_OUT,
            detail));
  }

  private String trouble(Part part) {
    if (part.falseShares != null) {
      return part.falseShares;
    }
    return part.accused.isEmpty()
        ? part.progress
        : part.progress
            + "; shares that were not dealt came from "
            + part.accused.stream().map(DeviceId::text).collect(Collectors.joining(", "));
  }
}
