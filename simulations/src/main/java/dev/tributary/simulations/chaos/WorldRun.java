package dev.tributary.simulations.chaos;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.coordinator.intake.UploadIntake;
import dev.tributary.coordinator.schedule.TaskConfig;
import dev.tributary.coordinator.store.Sql;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.simulations.chaos.device.SimulatedDevice;
import dev.tributary.simulations.chaos.fault.Plant;
import dev.tributary.simulations.chaos.fault.Tally;
import dev.tributary.simulations.chaos.machine.SimulatedCrash;
import dev.tributary.simulations.chaos.machine.Storage;
import dev.tributary.simulations.chaos.network.Network.Server;
import dev.tributary.simulations.chaos.oracle.DefectWatch;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * Runs one schedule from beginning to end: a task is created and devices boot; the operations are
 * carried out; nothing goes wrong any more and the world has to publish again; no more rounds are
 * opened and those that are have to end; the oracle looks at everything.
 */
final class WorldRun {
  private static final Duration SETTING_UP = Duration.ofMinutes(1);
  private static final Duration AFTER_THE_LAST = Duration.ofMinutes(20);
  private static final Duration RECOVERING = Duration.ofHours(36);
  private static final Duration ENDING = Duration.ofHours(2);
  private static final Duration FORGETTING = Duration.ofMinutes(20);
  private static final Duration TOKEN_LIFE = Duration.ofDays(365);
  private static final Duration LOOK = Duration.ofMinutes(10);
  private static final Duration OLDEST_ROUND = Duration.ofHours(4);
  private static final long MOST_STEPS = 400_000;

  private final Schedule schedule;
  private final World world;
  private final SimulatedTime time;
  private final Path folder;
  private final Tally operations = new Tally();
  private final Map<String, Duration> firstSeen = new HashMap<>();

  private WorldRun(Schedule schedule, Path folder, Plant plant) throws SQLException {
    this.schedule = schedule;
    this.folder = folder;
    this.time = new SimulatedTime(schedule.seed());
    this.world = new World(schedule.terms(), time, folder, plant);
  }

  /**
   * Runs it.
   *
   * @param folder empty; left as it is
   */
  static Outcome run(Schedule schedule, Path folder, Plant plant) throws SQLException {
    var run = new WorldRun(schedule, folder, plant);
    DefectWatch.tell(thrown -> run.world.oracle().violations().defect("in the logs", thrown));
    try (var world = run.world) {
      run.play();
      world.oracle().lookAtTheEnd(world.storage().database());
      return run.outcome();
    } finally {
      DefectWatch.tell(thrown -> {});
    }
  }

  private void play() throws SQLException {
    world.start();
    String token = setUp();
    bootDevices(token);
    lookAtRounds();
    var hands = new Hands(world);
    for (var timed : schedule.operations()) {
      time.after(
          timed.at(),
          timed.operation().kind(),
          () -> {
            operations.add(timed.operation().kind());
            hands.carryOut(timed.operation());
          });
    }
    passFor(schedule.length());
    passUntil(time.now().plus(AFTER_THE_LAST), () -> !world.isFaultWaiting());
    world.mend();
    long before = publishedCount();
    if (!passUntil(time.now().plus(RECOVERING), () -> publishedCount() > before)) {
      world.oracle().violations().add("nothing was published any more, with nothing wrong");
    }
    pause();
    if (!passUntil(time.now().plus(ENDING), () -> openRounds().isEmpty())) {
      world.oracle().violations().add("stuck: " + openRounds());
    }
    passFor(FORGETTING);
    world.serving().ifPresent(server -> nothingIsStaged(server.process().intake()));
  }

  private void nothingIsStaged(UploadIntake intake) {
    long leftBytes = intake.memoryUsedBytes() + intake.fileUsedBytes();
    if (leftBytes != 0) {
      world.oracle().violations().add(leftBytes + " bytes of uploads are still staged");
    }
  }

  private String setUp() {
    Server server = world.serving().orElseThrow();
    var process = server.process();
    process.operators().createPopulation(new PopulationName(Terms.POPULATION));
    passFor(SETTING_UP);
    process.operators().createTask(TaskConfig.parse(schedule.terms().toYaml()));
    var token = process.tokens().create(new PopulationName(Terms.POPULATION), 1_000, TOKEN_LIFE);
    passFor(SETTING_UP);
    return result(token).token().text(InsecureSecretAccess.get());
  }

  private static <T> T result(Future<T> future) {
    if (!future.succeeded()) {
      throw new IllegalStateException("a world could not be set up", future.cause());
    }
    return future.result();
  }

  private void bootDevices(String token) {
    var setting =
        new SimulatedDevice.Setting(
            schedule.seed(),
            time,
            folder,
            Terms.POPULATION,
            token,
            () -> Storage.rightTime(time),
            world.network(),
            defect -> world.oracle().violations().defect("out of the SDK", defect),
            outcome -> {});
    for (int i = 0; i < schedule.terms().devices(); i++) {
      var device = new SimulatedDevice(i, setting);
      world.devices().add(device);
      time.after(time.delay(0, 3_000_000), "device " + i + " boots", device::boot);
    }
  }

  /** Whatever happens to a round, it ends some time. */
  private void lookAtRounds() {
    for (String round : openRounds()) {
      String name = round.substring(0, round.indexOf(' '));
      Duration since = firstSeen.computeIfAbsent(name, missing -> time.now());
      if (time.now().minus(since).compareTo(OLDEST_ROUND) > 0) {
        world.oracle().violations().add("stuck since " + since + ": " + round);
        firstSeen.put(name, time.now());
      }
    }
    time.after(LOOK, "looks at rounds", this::lookAtRounds);
  }

  /** No more rounds: asked for until it is on disk. */
  private void pause() {
    world
        .serving()
        .ifPresentOrElse(
            server ->
                server
                    .process()
                    .operators()
                    .pause(new TaskName(Terms.TASK))
                    .onFailure(refused -> pauseLater()),
            this::pauseLater);
  }

  private void pauseLater() {
    time.after(Duration.ofSeconds(10), "pauses again", this::pause);
  }

  private void passFor(Duration duration) {
    passUntil(time.now().plus(duration), () -> false);
  }

  /** Lets time pass; true as soon as this holds, false when it never did until then. */
  private boolean passUntil(Duration end, BooleanSupplier holds) {
    while (!holds.getAsBoolean()) {
      if (time.trace().count() > MOST_STEPS) {
        world.oracle().violations().add("the world does not come to rest");
        return false;
      }
      if (!next(end)) {
        time.passUntil(end.toNanos());
        return holds.getAsBoolean();
      }
    }
    return true;
  }

  private boolean next(Duration end) {
    try {
      return time.next(end.toNanos());
    } catch (SimulatedCrash expected) {
      return true;
    } catch (RuntimeException | Error defect) {
      world.oracle().violations().defect("in the coordinator", defect);
      return true;
    }
  }

  private long publishedCount() {
    return number("select count(*) from model_versions where version > 0");
  }

  private long number(String sql) {
    try {
      return Sql.list(world.storage().database(), sql, rows -> rows.getLong(1)).getFirst();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<String> openRounds() {
    try {
      return Sql.list(
          world.storage().database(),
          "select task || '.' || number || ' ' || state from rounds where open = 1",
          rows -> rows.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private Outcome outcome() throws SQLException {
    var rounds = new Tally();
    Sql.list(
            world.storage().database(),
            "select state || case when state = 'Abandoned' then ' ' || substr(reason, 1,"
                + " instr(reason, ':') - 1) else '' end from rounds",
            rows -> rows.getString(1))
        .forEach(rounds::add);
    return new Outcome(
        schedule,
        time.trace().digest(),
        time.trace().count(),
        operations,
        world.faults(),
        rounds,
        world.oracle().violations().all(),
        time.trace().last());
  }
}
