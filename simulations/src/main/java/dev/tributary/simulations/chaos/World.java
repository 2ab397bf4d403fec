package dev.tributary.simulations.chaos;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.simulations.chaos.Operation.CrashCoordinator;
import dev.tributary.simulations.chaos.device.SimulatedDevice;
import dev.tributary.simulations.chaos.door.DeviceDoor;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.door.Response;
import dev.tributary.simulations.chaos.fault.CrashWhen;
import dev.tributary.simulations.chaos.fault.Fault;
import dev.tributary.simulations.chaos.fault.Plant;
import dev.tributary.simulations.chaos.fault.Tally;
import dev.tributary.simulations.chaos.machine.CoordinatorProcess;
import dev.tributary.simulations.chaos.machine.CrashPoint;
import dev.tributary.simulations.chaos.machine.ProcessLife;
import dev.tributary.simulations.chaos.machine.SimulatedCrash;
import dev.tributary.simulations.chaos.machine.Storage;
import dev.tributary.simulations.chaos.network.Mishap;
import dev.tributary.simulations.chaos.network.Network;
import dev.tributary.simulations.chaos.network.Network.Server;
import dev.tributary.simulations.chaos.network.Step;
import dev.tributary.simulations.chaos.oracle.Oracle;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One simulated world: a machine with a coordinator, devices, and a network between them, watched
 * by an oracle. One thread at a time runs in it.
 */
final class World implements AutoCloseable, Storage.Watch, Network.Watch {
  private static final Duration SUPERVISED = Duration.ofSeconds(5);
  private static final Duration DEVICE_DOWN = Duration.ofMinutes(3);

  private final Terms terms;
  private final SimulatedTime time;
  private final Storage storage;
  private final Network network;
  private final Oracle oracle;
  private final CrashPlan crashes = new CrashPlan();
  private final JournalWatch journal = new JournalWatch();
  private final Tally faults = new Tally();
  private final List<SimulatedDevice> devices = new ArrayList<>();
  private Optional<Server> serving = Optional.empty();
  private ProcessLife life;
  private Duration down = SUPERVISED;
  private Optional<Duration> replacement = Optional.empty();

  World(Terms terms, SimulatedTime time, Path folder, Plant plant) throws SQLException {
    this.terms = terms;
    this.time = time;
    Map<String, Integer> numbers = new HashMap<>();
    for (int i = 0; i < terms.devices(); i++) {
      numbers.put(SimulatedDevice.id(i).text(), i);
    }
    this.oracle =
        new Oracle(
            id -> Optional.ofNullable(numbers.get(id)), folder.resolve("models"), terms.momentum());
    this.storage = new Storage(time, folder, this);
    this.network = new Network(time, () -> serving, this, new PlantedTampering(plant));
    this.life = new ProcessLife(time);
  }

  Terms terms() {
    return terms;
  }

  SimulatedTime time() {
    return time;
  }

  Storage storage() {
    return storage;
  }

  Network network() {
    return network;
  }

  Oracle oracle() {
    return oracle;
  }

  CrashPlan crashes() {
    return crashes;
  }

  Tally faults() {
    return faults;
  }

  List<SimulatedDevice> devices() {
    return devices;
  }

  /** The process that serves now. */
  Optional<Server> serving() {
    return serving;
  }

  /** Starts the coordinator, or tries again later. */
  void start() {
    life = new ProcessLife(time);
    try {
      var process = CoordinatorProcess.start(storage, life, terms.checkpoints());
      process
          .gaveUp()
          .onSuccess(
              why ->
                  time.after(
                      Duration.ofSeconds(1),
                      "the coordinator stops itself",
                      () -> stopped(process)));
      serving =
          Optional.of(
              new Server(
                  process,
                  new DeviceDoor(
                      process, defect -> oracle.violations().defect("in a request", defect))));
    } catch (SimulatedCrash killed) {
      startLater(down);
    } catch (StoreException notNow) {
      startLater(SUPERVISED);
    }
  }

  private void startLater(Duration delay) {
    time.after(delay, "the coordinator starts", this::start);
  }

  private void stopped(CoordinatorProcess process) {
    if (serving.isPresent() && serving.get().process() == process) {
      kill(SUPERVISED, false);
    }
  }

  /** Kills the coordinator and starts it again some time later. */
  void kill(Duration downTime, boolean powerFails) {
    down = downTime;
    serving.ifPresent(
        server -> {
          server.process().kill();
          network.reset(server.process());
          startLater(downTime);
        });
    serving = Optional.empty();
    if (powerFails) {
      storage.losePower();
    }
    try {
      oracle.lookAfterCrash(storage.database());
    } catch (SQLException e) {
      oracle.violations().defect("of the database", e);
    }
  }

  /**
   * Stops the coordinator with a write under way, without killing it, and lets another one take
   * over.
   *
   * @param pause after which the first one goes on
   */
  void replace(Duration pause) {
    replacement = Optional.of(pause);
  }

  private void replaceIfDue() {
    if (replacement.isPresent() && serving.isPresent()) {
      Duration pause = replacement.get();
      replacement = Optional.empty();
      time.after(Duration.ZERO, "the coordinator stands still", () -> replaceNow(pause));
    }
  }

  private void replaceNow(Duration pause) {
    if (serving.isEmpty()) {
      return;
    }
    CoordinatorProcess old = serving.get().process();
    old.stop();
    serving = Optional.empty();
    startLater(Duration.ofSeconds(2));
    time.after(pause, "the old coordinator goes on", old::goOn);
    time.after(
        pause.plusMinutes(2),
        "the old coordinator is killed",
        () -> {
          old.kill();
          network.reset(old);
        });
  }

  /** Kills a device and starts it again some time later. */
  void kill(SimulatedDevice device, Duration downTime) {
    device.kill();
    died(device, downTime);
  }

  /** The process of a device has ended: it starts again later. */
  void died(SimulatedDevice device, Duration downTime) {
    network.forget(device.number());
    time.after(downTime, "device " + device.number() + " boots", device::boot);
  }

  /** The journal of a round was damaged. */
  void damaged(RoundId round) throws SQLException {
    oracle.state().damage(round);
    journal.truncated(storage.database());
    faults.add(Fault.STATE_DAMAGED);
  }

  /** Whether a fault waits for its moment. */
  boolean isFaultWaiting() {
    return replacement.isPresent()
        || !crashes.isEmpty()
        || network.isMishapWaiting()
        || storage.isFaultWaiting();
  }

  /** From now on nothing goes wrong any more. */
  void mend() {
    crashes.disarm();
    replacement = Optional.empty();
    network.mend();
    storage.mend();
  }

  @Override
  public void reached(ProcessLife whose, CrashPoint point, String what) {
    if (whose != life) {
      return;
    }
    if (point == CrashPoint.WRITE_QUEUED) {
      replaceIfDue();
    } else {
      crashIfDue(moments(point, what));
    }
  }

  private Set<CrashWhen> moments(CrashPoint point, String what) {
    return switch (point) {
      case WRITE_QUEUED -> EnumSet.noneOf(CrashWhen.class);
      case BEFORE_COMMIT -> EnumSet.of(CrashWhen.BEFORE_COMMIT);
      case AFTER_COMMIT -> {
        var moments = journal.moments();
        moments.add(CrashWhen.AFTER_COMMIT);
        yield moments;
      }
      case BEFORE_FILE_STEP -> EnumSet.of(CrashWhen.FILE_STEP);
      case AFTER_FILE_STEP ->
          what.equals("sync models")
              ? EnumSet.of(CrashWhen.FILE_STEP, CrashWhen.MODEL_WRITTEN)
              : EnumSet.of(CrashWhen.FILE_STEP);
    };
  }

  private void crashIfDue(Set<CrashWhen> moments) {
    Optional<CrashCoordinator> due = crashes.at(moments);
    if (due.isPresent()) {
      due.get().when().fault().ifPresent(faults::add);
      time.trace().add(time.nowNanos(), "crash: " + due.get().when());
      life.requireAlive();
      boolean starting = serving.isEmpty();
      kill(due.get().down(), due.get().powerFails());
      if (starting) {
        down = due.get().down();
      }
      throw new SimulatedCrash();
    }
  }

  @Override
  public void committed(Connection database) throws SQLException {
    journal.committed(database);
  }

  @Override
  public void broken(String what) {
    oracle.violations().add(what);
  }

  @Override
  public void struck(Fault fault) {
    faults.add(fault);
  }

  @Override
  public void arrived(int device, Request request) {
    oracle.messages().arrived(device, request);
  }

  @Override
  public void answering(int device, Request request, Response response) {
    oracle.messages().answering(device, request, response);
    if (Step.REVEAL.matches(request) && response.isSuccess()) {
      crashIfDue(EnumSet.of(CrashWhen.UNMASKING));
    }
  }

  @Override
  public void answered(int device, Request request, Response response) {
    if (request.isUpload() && response.status() == 410) {
      faults.add(Fault.UPLOAD_AFTER_CLOSE);
    }
    crashIfDue(
        request.isUpload() && response.isSuccess()
            ? EnumSet.of(CrashWhen.ANSWERED, CrashWhen.ACKNOWLEDGED)
            : EnumSet.of(CrashWhen.ANSWERED));
  }

  @Override
  public void struck(int device, Mishap mishap) {
    fault(mishap).ifPresent(faults::add);
    if (mishap.kind() == Mishap.Kind.KILL_SENDER) {
      time.after(
          Duration.ZERO,
          "device " + device + " dies",
          () -> kill(devices.get(device), DEVICE_DOWN));
    }
  }

  private static Optional<Fault> fault(Mishap mishap) {
    return switch (mishap.kind()) {
      case KILL_SENDER -> Optional.of(Fault.DEVICES_DROPPED_AT_STEP);
      case DUPLICATE -> Optional.of(Fault.DUPLICATE);
      case LOSE_RESPONSE ->
          mishap.step() == Step.UPLOAD ? Optional.of(Fault.DUPLICATE) : Optional.empty();
      case DISCONNECT -> Optional.of(Fault.DISCONNECTED_UPLOAD);
      case CONFLICT -> Optional.of(Fault.CONFLICTING_UPLOAD);
      case REPLAY -> Optional.of(Fault.REPLAYED_UPLOAD);
      case WRONG_LENGTH, WRONG_RESIDUE -> Optional.of(Fault.BAD_UPDATE);
      case LOSE_REQUEST, BREAK_RESPONSE, LATE -> Optional.empty();
    };
  }

  @Override
  public void close() throws SQLException {
    devices.forEach(SimulatedDevice::kill);
    serving.ifPresent(server -> server.process().kill());
    storage.close();
  }
}
