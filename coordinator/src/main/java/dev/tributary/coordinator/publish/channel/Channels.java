package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.channel.ChannelChange.Action;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.publish.rollout.RolloutState;
import dev.tributary.coordinator.publish.rollout.RolloutState.Awaiting;
import dev.tributary.coordinator.publish.rollout.RolloutState.Completed;
import dev.tributary.coordinator.publish.rollout.RolloutState.RolledBack;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import dev.tributary.coordinator.publish.rollout.StageEvidence;
import dev.tributary.coordinator.store.StateStore;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Moves channels: each move reads the channel, decides and writes it with its line of history in
 * one transaction of the store's one writer, so that two moves never cross. Any thread.
 *
 * <p>Futures fail with {@link RejectedException} when a channel is not there or a move does not fit
 * where it is.
 */
public final class Channels {
  private static final String OPERATOR = "operator";
  private static final String GATES = "gates";
  private static final int SALT_BYTES = 16;

  private final StateStore database;
  private final InstantSource clock;
  private final SecureRandom random;

  public Channels(StateStore database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /** Every channel, by population and name. */
  public Future<List<Channel>> all() {
    return database.read(SqlChannels::all);
  }

  /** As {@link #all}, within a piece of work of the store. */
  public static List<Channel> all(Connection connection) throws SQLException {
    return SqlChannels.all(connection);
  }

  /**
   * The versions that were the release, each once, the latest first; one that was gone back to is
   * the latest.
   *
   * @param limit at most so many
   */
  public static List<FileDigest> releases(Connection connection, ChannelKey name, int limit)
      throws SQLException {
    return SqlChannels.releases(connection, name, limit);
  }

  /** Whether this version is in the channel's history, whatever became of it. */
  public static boolean wasOrdered(Connection connection, ChannelKey name, ModelDigest version)
      throws SQLException {
    return SqlChannels.hadVersion(connection, name, version);
  }

  public Future<Channel> find(ChannelKey name) {
    return database
        .read(connection -> SqlChannels.find(connection, name))
        .compose(found -> known(name, found));
  }

  /** Refuses while a rollout is under way; before the first release there is none. */
  public Future<Void> requireNoRollout(ChannelKey name) {
    return database
        .read(connection -> SqlChannels.find(connection, name))
        .compose(
            found -> {
              try {
                if (found.isPresent()) {
                  requireNoRollout(found.get());
                }
                return Future.succeededFuture();
              } catch (RejectedException underWay) {
                return Future.failedFuture(underWay);
              }
            });
  }

  /** The newest change first. */
  public Future<List<ChannelChange>> history(ChannelKey name, int limit) {
    return find(name)
        .compose(
            known -> database.read(connection -> SqlChannels.history(connection, name, limit)));
  }

  /**
   * Sends a version on its way. Without a plan, and in a channel without a release, every device
   * gets it at once.
   *
   * @param approval whether the rollout waits for {@link #approve}
   */
  public Future<Channel> promote(
      ChannelKey name,
      FileDigest manifest,
      Optional<RolloutPlan> plan,
      boolean approval,
      String reason) {
    return move(
        name,
        (channel, now) -> {
          requireNoRollout(channel);
          if (channel.release().filter(manifest::equals).isPresent()) {
            throw wrong(name, "has this version already");
          }
          if (approval) {
            var waiting = new Awaiting(plan.orElseGet(() -> atOnce()));
            return new Move(
                channel.with(channel.release(), Optional.of(begun(manifest, waiting, now))),
                Action.PROPOSED,
                manifest,
                OPERATOR,
                reason);
          }
          if (plan.isEmpty() || channel.release().isEmpty()) {
            return new Move(
                channel.with(Optional.of(manifest), Optional.empty()),
                Action.RELEASED,
                manifest,
                OPERATOR,
                reason);
          }
          var first = new Awaiting(plan.get()).approve(now);
          return new Move(
              channel.with(channel.release(), Optional.of(begun(manifest, first, now))),
              Action.WIDENED,
              manifest,
              OPERATOR,
              stage(first) + ": " + reason);
        });
  }

  /** Lets a rollout that waits begin. */
  public Future<Channel> approve(ChannelKey name, String reason) {
    return move(
        name,
        (channel, now) -> {
          Rollout rollout = rollout(channel);
          if (rollout.state() instanceof Awaiting awaiting) {
            return channel.release().isEmpty()
                ? ended(channel, rollout, new Completed(reason), OPERATOR)
                : next(channel, rollout, awaiting.approve(now), OPERATOR, reason);
          }
          throw wrong(name, "has a rollout that does not wait for approval");
        });
  }

  /** Widens by hand, whatever the gates say. */
  public Future<Channel> widen(ChannelKey name, String reason) {
    return move(
        name,
        (channel, now) -> {
          Rollout rollout = rollout(channel);
          if (rollout.state() instanceof Staged staged) {
            return next(channel, rollout, staged.widen(now, reason), OPERATOR, reason);
          }
          throw wrong(name, "has a rollout that waits for approval");
        });
  }

  /** Ends the rollout under way; every device goes back to the release. */
  public Future<Channel> rollBack(ChannelKey name, String reason) {
    return move(
        name,
        (channel, now) -> {
          Rollout rollout = rollout(channel);
          return ended(channel, rollout, new RolledBack(reason), OPERATOR);
        });
  }

  /**
   * Makes an earlier version the release again, at once, and ends any rollout: devices get it under
   * newer metadata, so that none takes it for a replay.
   */
  public Future<Channel> rollBackTo(ChannelKey name, FileDigest earlier, String reason) {
    return move(
        name,
        (channel, now) -> {
          if (channel.release().filter(earlier::equals).isPresent()
              && channel.rollout().isEmpty()) {
            throw wrong(name, "has this version already");
          }
          return new Move(
              channel.with(Optional.of(earlier), Optional.empty()),
              Action.ROLLED_BACK,
              earlier,
              OPERATOR,
              reason);
        });
  }

  /**
   * Lets the gates decide on the rollout under way. Does nothing when it is another one by now.
   *
   * @param reviewed what the evidence is of
   * @return the channel when devices see a change, else nothing
   */
  public Future<Optional<Channel>> review(
      ChannelKey name, Rollout reviewed, StageEvidence evidence) {
    return database.write(
        connection -> {
          Optional<Channel> found = SqlChannels.find(connection, name);
          if (found.isEmpty()
              || found.get().rollout().isEmpty()
              || !sameStage(found.get().rollout().get(), reviewed)
              || !(reviewed.state() instanceof Staged staged)) {
            return Optional.empty();
          }
          Channel channel = found.get();
          Instant now = clock.instant();
          RolloutState state = staged.review(evidence, now);
          if (state instanceof Staged same && same.stage() == staged.stage()) {
            SqlChannels.putStanding(
                connection,
                new Channel(
                    name,
                    channel.release(),
                    Optional.of(reviewed.in(same)),
                    channel.changes(),
                    channel.versions()));
            return Optional.empty();
          }
          Move move = next(channel, reviewed, state, GATES, reasonOf(state));
          return Optional.of(put(connection, move, now));
        });
  }

  private static boolean sameStage(Rollout now, Rollout reviewed) {
    return now.manifest().equals(reviewed.manifest())
        && now.salt().equals(reviewed.salt())
        && now.state() instanceof Staged here
        && reviewed.state() instanceof Staged there
        && here.stage() == there.stage();
  }

  private static Move next(
      Channel channel, Rollout rollout, RolloutState state, String actor, String reason) {
    return switch (state) {
      case Staged staged ->
          new Move(
              channel.with(channel.release(), Optional.of(rollout.in(staged))),
              Action.WIDENED,
              rollout.manifest(),
              actor,
              stage(staged) + ": " + reason);
      case Completed completed -> ended(channel, rollout, completed, actor);
      case RolledBack back -> ended(channel, rollout, back, actor);
      case Awaiting awaiting ->
          throw new IllegalStateException("a rollout never goes back to waiting: " + awaiting);
    };
  }

  private static Move ended(Channel channel, Rollout rollout, RolloutState end, String actor) {
    boolean completed = end instanceof Completed;
    return new Move(
        channel.with(
            completed ? Optional.of(rollout.manifest()) : channel.release(), Optional.empty()),
        completed ? Action.RELEASED : Action.ROLLED_BACK,
        rollout.manifest(),
        actor,
        reasonOf(end));
  }

  private static String reasonOf(RolloutState state) {
    return switch (state) {
      case Awaiting awaiting -> "waits for approval";
      case Staged staged -> staged.standing();
      case Completed completed -> completed.reason();
      case RolledBack back -> back.reason();
    };
  }

  private static String stage(Staged staged) {
    return "stage "
        + (staged.stage() + 1)
        + " of "
        + staged.plan().permyriads().size()
        + ", "
        + staged.permyriad()
        + " of 10000 devices";
  }

  /** A plan of one stage without waiting: what approval alone asks for. */
  private static RolloutPlan atOnce() {
    RolloutPlan usual = RolloutPlan.usual();
    return new RolloutPlan(List.of(RolloutPlan.ALL), Duration.ZERO, usual.gates());
  }

  private Rollout begun(FileDigest manifest, RolloutState state, Instant now) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return new Rollout(manifest, HexFormat.of().formatHex(salt), state, now);
  }

  private static void requireNoRollout(Channel channel) throws RejectedException {
    if (channel.rollout().isPresent()) {
      throw wrong(channel.name(), "has a rollout under way: roll it back first");
    }
  }

  private static Rollout rollout(Channel channel) throws RejectedException {
    return channel.rollout().orElseThrow(() -> wrong(channel.name(), "has no rollout under way"));
  }

  private static RejectedException wrong(ChannelKey name, String what) {
    return new RejectedException(RejectReason.WRONG_STATE, "channel " + name + " " + what);
  }

  private static Future<Channel> known(ChannelKey name, Optional<Channel> found) {
    return found
        .map(Future::succeededFuture)
        .orElseGet(
            () ->
                Future.failedFuture(
                    new RejectedException(RejectReason.NOT_FOUND, "there is no channel " + name)));
  }

  private interface Decision {
    Move of(Channel channel, Instant now) throws RejectedException;
  }

  private record Move(
      Channel channel, Action action, FileDigest manifest, String actor, String reason) {}

  private Future<Channel> move(ChannelKey name, Decision decision) {
    return database
        .<Result>write(
            connection -> {
              Channel before = SqlChannels.find(connection, name).orElseGet(() -> none(name));
              Instant now = clock.instant();
              try {
                Move move = decision.of(before, now);
                return new Result(Optional.of(put(connection, move, now)), Optional.empty());
              } catch (RejectedException refused) {
                return new Result(Optional.empty(), Optional.of(refused));
              }
            })
        .compose(
            result ->
                result.refused().isPresent()
                    ? Future.failedFuture(result.refused().get())
                    : Future.succeededFuture(result.channel().orElseThrow()));
  }

  private record Result(Optional<Channel> channel, Optional<RejectedException> refused) {}

  private static Channel none(ChannelKey name) {
    return new Channel(name, Optional.empty(), Optional.empty(), 0, Map.of());
  }

  /** The channel as it is kept: with the versions of the manifests that it names now. */
  private static Channel put(Connection connection, Move move, Instant now) throws SQLException {
    SqlChannels.put(
        connection,
        move.channel(),
        new ChannelChange(
            move.channel().name(),
            move.channel().changes(),
            now,
            move.actor(),
            move.action(),
            move.manifest(),
            Optional.empty(),
            move.reason()));
    return SqlChannels.find(connection, move.channel().name()).orElseThrow();
  }
}
