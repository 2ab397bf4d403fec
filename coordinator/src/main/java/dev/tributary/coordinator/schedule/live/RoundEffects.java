package dev.tributary.coordinator.schedule.live;

import dev.tributary.coordinator.round.RoundEffect;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.plan.RoundPlan;
import dev.tributary.coordinator.schedule.work.Engagements;
import dev.tributary.coordinator.schedule.work.Publication;
import dev.tributary.coordinator.store.RoundJournal;
import dev.tributary.coordinator.store.RoundJournal.Message;
import dev.tributary.coordinator.store.SqlWork;
import java.util.Optional;

/**
 * What follows from an event: in the transaction that journals it, and, once it is on disk, in the
 * world. Touched only by the lane of the task.
 */
final class RoundEffects {
  private final RoundRunner round;
  private final RoundDeadline deadline;
  private final Engagements engagements;

  RoundEffects(RoundRunner round, RoundDeadline deadline, Engagements engagements) {
    this.round = round;
    this.deadline = deadline;
    this.engagements = engagements;
  }

  void run(RoundEffect effect) {
    switch (effect) {
      case RoundEffect.SetDeadline e -> deadline.set(e.phase(), e.deadline());
      case RoundEffect.NotifyDevices e -> round.waiters().review();
      case RoundEffect.ReleaseDevices e ->
          e.devices().forEach(device -> engagements.release(device, round.id()));
      case RoundEffect.BeginSessions e -> round.sessions().begin(e.shards());
      case RoundEffect.CloseRosters e -> round.sessions().closeRosters(e.advertised());
      case RoundEffect.CloseShares e -> round.sessions().closeShares(e.shared());
      case RoundEffect.ConfirmSurvivors e -> round.sessions().confirm(e.survivors());
      case RoundEffect.UnmaskSum e when round.plan().secureAggregation().isPresent() ->
          round.sessions().unmask(e.survivors());
      case RoundEffect.UnmaskSum e -> round.worker().unmask(e.survivors().size());
      case RoundEffect.OptimizeModel e -> {
        round.sessions().discard();
        round.worker().compute(round.base().orElseThrow());
      }
      case RoundEffect.PublishVersion e -> round.on(new RoundEvent.VersionPublished(round.now()));
      case RoundEffect.DiscardSum e -> {
        round.sessions().discard();
        round.worker().discard();
      }
    }
  }

  /** Does it again in another process. */
  void runAgain(RoundEffect effect) {
    if (effect instanceof RoundEffect.SetDeadline e) {
      deadline.setAgain(e.phase(), e.deadline(), round.plan());
    } else {
      run(effect);
    }
  }

  /**
   * What else is written in the transaction that journals an event: the message that brought it;
   * what it adds to the registry; and, when the sum is open or the round over, that nobody needs
   * the messages of its sessions any more.
   *
   * @param next the state that the event leads to
   */
  static SqlWork<?> alongside(
      RoundEvent event,
      RoundState next,
      RoundPlan plan,
      Optional<Message> message,
      Optional<Publication> publication,
      RoundJournal journal) {
    boolean secure = plan.secureAggregation().isPresent();
    boolean over = event instanceof RoundEvent.SumUnmasked || next instanceof RoundState.Terminal;
    return connection -> {
      if (message.isPresent()) {
        journal.keeping(plan.round(), message.get()).run(connection);
      }
      if (event instanceof RoundEvent.VersionPublished && publication.isPresent()) {
        publication.get().sql().run(connection);
      }
      if (secure && over) {
        journal.forgettingMessages(plan.round()).run(connection);
      }
      return 0;
    };
  }
}
