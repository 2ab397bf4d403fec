package dev.tributary.simulations.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.simulations.recovery.CountedOnce.Round;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** A coordinator's process, five devices in its rounds, and the oracle that watches both. */
final class KillRounds implements AutoCloseable {

  static final String POPULATION = "testers";
  static final String TASK = "names";

  /** Devices confirm the survivors; every step has its time. */
  static final String SECURE =
      "secureAggregation: {stepSeconds: 60}\n"
          + "deadlines: {selectionSeconds: 30, reportingSeconds: 60}";

  static final String PLAIN =
      "protocol: plain\ndeadlines: {selectionSeconds: 30, reportingSeconds: 60}";

  final CoordinatorChild coordinator;
  final List<RoundDevice> devices = new ArrayList<>();
  private final List<HotDevice> hot = new ArrayList<>();
  final CountedOnce oracle;
  private final String token;

  /**
   * How the round ended in which a coordinator was killed.
   *
   * @param restart until the next one served
   * @param restartCpu what that took of processors, whatever else the machine did
   */
  record Killed(Round round, Duration restart, Duration restartCpu) {
    boolean isExact() {
      return round.state().equals("Published");
    }
  }

  KillRounds(Path folder, String protocol) throws Exception {
    this(stoppedOnce(folder), folder, protocol, OneHotTrainer.DEVICES);
  }

  /**
   * Rounds of a coordinator that is not running yet.
   *
   * @param inThisProcess how many of the five devices are threads here; the test adds the others
   */
  KillRounds(CoordinatorChild child, Path folder, String protocol, int inThisProcess)
      throws Exception {
    coordinator = child;
    coordinator.start();
    token = coordinator.operator().begin(POPULATION, task(protocol));
    for (int number = 0; number < inThisProcess; number++) {
      hot.add(new HotDevice(number, coordinator.uri(), token, deviceFolder(folder, number)));
    }
    devices.addAll(hot);
    oracle = new CountedOnce(coordinator.state(), coordinator::database, TASK);
  }

  /** As most coordinators are: not started for the first time. */
  private static CoordinatorChild stoppedOnce(Path folder) throws Exception {
    var child = new CoordinatorChild(folder);
    child.start();
    child.stop();
    return child;
  }

  private static String task(String protocol) {
    return """
    name: names
    population: testers
    model: {format: tributary-model/1, input: [40], layers: [{type: linear, units: 2}],
            loss: softmax-cross-entropy, classes: 2}
    quantization: {bits: 16, range: 1, maxExamples: 1}
    %s
    cohort: {target: 5, overSelection: 1, minimum: 4}
    pace: {floorSeconds: 0, ceilingSeconds: 0.1, slotSeconds: 0.05}
    """
        .formatted(protocol);
  }

  static Path deviceFolder(Path folder, int number) {
    return folder.resolve("device-" + number);
  }

  String token() {
    return token;
  }

  KillRounds startDevices() {
    hot.forEach(HotDevice::start);
    return this;
  }

  /** Waits until a round that has not ended yet is published. */
  void awaitNextPublished() throws Exception {
    coordinator.operator().awaitPublishedAfter(TASK, oracle.lastPublished());
  }

  /** Waits until this round has ended; how it did. */
  Round awaitEnd(long number) throws Exception {
    coordinator.operator().awaitEnd(TASK + "." + number);
    return round(number);
  }

  /**
   * Kills the coordinator when the moment comes for so many times, starts it again, and waits until
   * it publishes.
   */
  Killed kill(KillPoint point, boolean plain, int times) throws Exception {
    var failPoint = plain ? point.failPointOfPlain() : point.failPoint();
    var acknowledgedIn = new AtomicLong();
    if (failPoint.isPresent()) {
      coordinator.arm(failPoint.get(), times);
    } else {
      atReceipt(
          times,
          round -> {
            coordinator.kill();
            acknowledgedIn.set(round.number());
          });
    }
    coordinator.awaitDeath();
    Instant diedAt = Instant.now();
    Duration restart = coordinator.start();
    Duration restartCpu = coordinator.cpuTime();
    awaitNextPublished();
    return new Killed(
        point == KillPoint.ACKNOWLEDGED ? round(acknowledgedIn.get()) : hit(point, diedAt),
        restart,
        restartCpu);
  }

  /** The round that the coordinator was in when it died: the oldest one that had not ended. */
  private Round hit(KillPoint point, Instant diedAt) throws Exception {
    Comparator<Round> byNumber = Comparator.comparingLong(Round::number);
    var before =
        oracle.rounds().stream().filter(round -> round.plannedAt().isBefore(diedAt)).toList();
    return point == KillPoint.PUBLISHED
        ? before.stream()
            .filter(round -> round.changedAt().isBefore(diedAt))
            .max(byNumber)
            .orElseThrow()
        : before.stream()
            .filter(round -> !round.changedAt().isBefore(diedAt))
            .min(byNumber)
            .orElseThrow();
  }

  private Round round(long number) throws Exception {
    return oracle.rounds().stream()
        .filter(round -> round.number() == number)
        .findFirst()
        .orElseThrow();
  }

  /** Does something when so many receipts have come, from the thread of a device. */
  void atReceipt(int times, Consumer<RoundId> action) {
    AtomicInteger left = new AtomicInteger(times);
    for (HotDevice device : hot) {
      device.onReceipt(
          round -> {
            if (left.decrementAndGet() == 0) {
              action.accept(round);
            }
          });
    }
  }

  /** Nothing may be wrong, ever. */
  void requireNoViolation(String when) throws Exception {
    assertThat(oracle.violations(devices)).as("%s: %s", when, devices).isEmpty();
  }

  @Override
  public void close() {
    devices.forEach(RoundDevice::close);
    coordinator.close();
  }
}
