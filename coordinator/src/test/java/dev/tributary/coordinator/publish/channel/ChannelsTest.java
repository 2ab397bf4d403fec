package dev.tributary.coordinator.publish.channel;

import static dev.tributary.coordinator.store.sqlite.DatabaseTest.failure;
import static dev.tributary.coordinator.store.sqlite.DatabaseTest.get;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.health.LatencyHistogram;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.publish.artifact.VersionCatalogue;
import dev.tributary.coordinator.publish.channel.ChannelChange.Action;
import dev.tributary.coordinator.publish.rollout.Gates;
import dev.tributary.coordinator.publish.rollout.RolloutPlan;
import dev.tributary.coordinator.publish.rollout.RolloutState.Awaiting;
import dev.tributary.coordinator.publish.rollout.RolloutState.Staged;
import dev.tributary.coordinator.publish.rollout.StageEvidence;
import dev.tributary.coordinator.publish.rollout.VersionHealth;
import dev.tributary.coordinator.store.SqlTaskStore;
import dev.tributary.coordinator.store.sqlite.Database;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels on a real database: what a move leaves, what it refuses, what a restart finds. */
class ChannelsTest {

  private static final PopulationName PENS = new PopulationName("pens");
  private static final ChannelKey STABLE = new ChannelKey(PENS, ChannelName.STABLE);
  private static final FileDigest OLD = new FileDigest("1".repeat(64));
  private static final FileDigest NEW = new FileDigest("2".repeat(64));
  private static final RolloutPlan PLAN =
      new RolloutPlan(
          List.of(100, 500, RolloutPlan.ALL),
          Duration.ofMinutes(10),
          new Gates(
              10, 100, .1, .1, 1, Double.POSITIVE_INFINITY, Optional.empty(), Optional.empty(), 2));

  @TempDir private Path folder;
  private Database database;
  private Instant now = Instant.parse("2026-11-26T12:00:00Z");
  private Channels channels;

  @BeforeEach
  void open() {
    database = Database.open(folder, now);
    channels = new Channels(database, () -> now, new SecureRandom());
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void released() {
    get(new SqlTaskStore(database).addPopulation(PENS, now));
    get(channels.promote(STABLE, OLD, Optional.of(PLAN), false, "first"));
  }

  private Channel rolling() {
    released();
    return get(channels.promote(STABLE, NEW, Optional.of(PLAN), false, "better"));
  }

  private static StageEvidence evidence(long failedCalls) {
    long[] latency = new long[LatencyHistogram.BUCKETS];
    latency[20] = 10_000 - failedCalls;
    return new StageEvidence(
        new VersionHealth(1_000, 1_000, 0, 10_000, failedCalls, 0, LatencyHistogram.of(latency)),
        VersionHealth.none(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  private Optional<Channel> review(Channel channel, long failedCalls) {
    return get(channels.review(STABLE, channel.rollout().orElseThrow(), evidence(failedCalls)));
  }

  @Test
  void firstVersion_isReleasedToAllAtOnce() {
    released();
    Channel channel = get(channels.find(STABLE));
    assertThat(channel.release()).contains(OLD);
    assertThat(channel.rollout()).isEmpty();
  }

  @Test
  void nextVersion_beginsInItsFirstStage_besideTheRelease() {
    Channel channel = rolling();
    assertThat(channel.release()).contains(OLD);
    assertThat(channel.rollout().orElseThrow().manifest()).isEqualTo(NEW);
    assertThat(channel.rollout().orElseThrow().state())
        .isInstanceOfSatisfying(
            Staged.class, staged -> assertThat(staged.permyriad()).isEqualTo(100));
  }

  @Test
  void movedChannel_knowsTheVersionsOfTheManifestsThatItNames_andOfNoOthers() {
    ModelDigest oldVersion = new ModelDigest("a".repeat(64));
    ModelDigest newVersion = new ModelDigest("b".repeat(64));
    keep(OLD, oldVersion);
    keep(NEW, newVersion);
    Channel moved = rolling();
    assertThat(moved.version(OLD)).contains(oldVersion);
    assertThat(moved.version(NEW)).contains(newVersion);
    assertThat(get(channels.find(STABLE))).isEqualTo(moved);
    assertThat(get(channels.all())).containsExactly(moved);
    Channel back = get(channels.rollBack(STABLE, "complaints"));
    assertThat(back.versions()).isEqualTo(Map.of(OLD, oldVersion));
  }

  @Test
  void manifestThatIsNotKept_hasNoVersion() {
    assertThat(rolling().version(NEW)).isEmpty();
  }

  private void keep(FileDigest manifest, ModelDigest version) {
    get(
        database.write(
            connection -> {
              VersionCatalogue.putManifest(connection, manifest, version, new byte[0], now);
              return version;
            }));
  }

  @Test
  void versionThatFailsInItsFirstStage_neverReachesTheNext_andTheReleaseStays() {
    Channel channel = rolling();
    now = now.plus(PLAN.minimumTime());
    Channel after = review(channel, 5_000).orElseThrow();
    assertThat(after.release()).contains(OLD);
    assertThat(after.rollout()).isEmpty();
    assertThat(get(channels.history(STABLE, 10)))
        .extracting(ChannelChange::action)
        .containsExactly(Action.ROLLED_BACK, Action.WIDENED, Action.RELEASED);
    assertThat(get(channels.history(STABLE, 1)).getFirst().reason()).contains("failed calls");
    assertThat(get(channels.history(STABLE, 1)).getFirst().actor()).isEqualTo("gates");
  }

  @Test
  void versionThatKeepsItsGates_becomesTheRelease() {
    Channel channel = rolling();
    for (int stage = 0; stage < 2; stage++) {
      now = now.plus(PLAN.minimumTime());
      channel = review(channel, 0).orElseThrow();
      assertThat(channel.release()).contains(OLD);
    }
    now = now.plus(PLAN.minimumTime());
    assertThat(review(channel, 0).orElseThrow().release()).contains(NEW);
  }

  @Test
  void heldStage_changesNothingForDevices_butItsStandingIsKept() {
    Channel channel = rolling();
    assertThat(review(channel, 0)).isEmpty();
    Channel after = get(channels.find(STABLE));
    assertThat(after.changes()).isEqualTo(channel.changes());
    assertThat(after.rollout().orElseThrow().state())
        .isInstanceOfSatisfying(
            Staged.class, staged -> assertThat(staged.standing()).contains("another 600 s"));
  }

  @Test
  void reviewOfAStageThatIsOver_isPassedOver() {
    Channel channel = rolling();
    get(channels.widen(STABLE, "in a hurry"));
    assertThat(review(channel, 5_000)).isEmpty();
    assertThat(get(channels.find(STABLE)).rollout()).isPresent();
  }

  @Test
  void rolloutUnderWay_survivesARestart() {
    Channel channel = rolling();
    database.close();
    open();
    assertThat(get(channels.find(STABLE))).isEqualTo(channel);
  }

  @Test
  void rolloutWithApproval_waitsForIt() {
    released();
    Channel waiting = get(channels.promote(STABLE, NEW, Optional.of(PLAN), true, "better"));
    assertThat(waiting.rollout().orElseThrow().state()).isInstanceOf(Awaiting.class);
    Channel begun = get(channels.approve(STABLE, "looked at it"));
    assertThat(begun.rollout().orElseThrow().state()).isInstanceOf(Staged.class);
    assertThat(get(channels.history(STABLE, 2)))
        .extracting(ChannelChange::action)
        .containsExactly(Action.WIDENED, Action.PROPOSED);
  }

  @Test
  void earlierVersion_isTheReleaseAgain_whenAnOperatorSaysSo() {
    rolling();
    get(channels.rollBack(STABLE, "complaints"));
    get(channels.promote(STABLE, NEW, Optional.empty(), false, "mended"));
    Channel back = get(channels.rollBackTo(STABLE, OLD, "not mended"));
    assertThat(back.release()).contains(OLD);
    assertThat(back.rollout()).isEmpty();
  }

  @Test
  void movesThatDoNotFit_areRefused_andLeaveNothing() {
    released();
    assertRefused(failure(channels.widen(STABLE, "")), RejectReason.WRONG_STATE);
    assertRefused(failure(channels.rollBack(STABLE, "")), RejectReason.WRONG_STATE);
    assertRefused(failure(channels.approve(STABLE, "")), RejectReason.WRONG_STATE);
    assertRefused(
        failure(channels.promote(STABLE, OLD, Optional.of(PLAN), false, "")),
        RejectReason.WRONG_STATE);
    get(channels.promote(STABLE, NEW, Optional.of(PLAN), false, "better"));
    assertRefused(
        failure(channels.promote(STABLE, NEW, Optional.of(PLAN), false, "again")),
        RejectReason.WRONG_STATE);
    assertRefused(
        failure(channels.find(new ChannelKey(PENS, new ChannelName("canary")))),
        RejectReason.NOT_FOUND);
    assertThat(get(channels.history(STABLE, 10))).hasSize(2);
  }

  @Test
  void versionThatWasRolledBack_isKnownAlsoWhenItsManifestIsGone() {
    var version = new ModelDigest("3".repeat(64));
    Boolean before = get(database.read(c -> Channels.wasOrdered(c, STABLE, version)));
    assertThat(before).isFalse();
    get(
        database.write(
            c -> {
              VersionCatalogue.putManifest(c, NEW, version, new byte[] {'{', '}'}, now);
              return true;
            }));
    rolling();
    get(channels.rollBack(STABLE, "complaints"));
    get(
        database.write(
            c -> {
              VersionCatalogue.forget(c, Set.of(NEW), Set.of());
              return true;
            }));
    Boolean after = get(database.read(c -> Channels.wasOrdered(c, STABLE, version)));
    assertThat(after).isTrue();
  }

  private static void assertRefused(Throwable cause, RejectReason reason) {
    assertThat(cause)
        .isInstanceOfSatisfying(
            RejectedException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  /** What was gone back to is what devices have: deltas lead from it, and its files are kept. */
  @Test
  void versionThatWasGoneBackTo_isTheLatestRelease_andOneThatNeverWasIsNone() {
    released();
    FileDigest third = new FileDigest("3".repeat(64));
    FileDigest never = new FileDigest("4".repeat(64));
    get(channels.promote(STABLE, NEW, Optional.empty(), false, "second"));
    get(channels.promote(STABLE, third, Optional.empty(), false, "third"));
    get(channels.rollBackTo(STABLE, OLD, "the others are bad"));
    get(channels.promote(STABLE, never, Optional.of(PLAN), false, "a try"));
    get(channels.rollBack(STABLE, "bad, too"));
    assertThat(releases(2)).containsExactly(OLD, third);
    assertThat(releases(9)).containsExactly(OLD, third, NEW);
  }

  private List<FileDigest> releases(int limit) {
    return get(database.read(connection -> Channels.releases(connection, STABLE, limit)));
  }
}
