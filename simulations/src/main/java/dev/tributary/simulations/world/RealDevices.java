package dev.tributary.simulations.world;

import dev.tributary.client.FederatedClient;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.Interrupted;
import dev.tributary.client.ParticipationOutcome.NotEligible;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.SimulationFailedException;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Devices with the real SDK, each with a state directory and an identity of its own, that check in
 * when the simulation's cohort says so. They share connections and seats. A device comes to life
 * when it is first chosen.
 */
final class RealDevices implements AutoCloseable {

  private static final Duration SHORTEST_WAIT = Duration.ofMillis(10);

  private final Setup setup;
  private final TrainingSeats seats;
  private final URI coordinator;
  private final String enrolmentToken;
  private final Path directory;
  private final CountingTransport transport;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("device-", 0).daemon().factory());
  private final Map<Integer, RealDevice> alive = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  RealDevices(
      Setup setup, TrainingSeats seats, URI coordinator, String enrolmentToken, Path directory) {
    this.setup = setup;
    this.seats = seats;
    this.coordinator = coordinator;
    this.enrolmentToken = enrolmentToken;
    this.directory = directory;
    this.transport = new CountingTransport(HttpTransport.to(coordinator));
  }

  private record RealDevice(FederatedClient client, SeatTrainer trainer) {}

  /**
   * What one device does in one round.
   *
   * @param mayDropOut because it is to fail, or because so few report that the round is abandoned
   *     under it
   */
  private record Turn(int device, int round, SeatTrainer.Behaviour behaviour, boolean mayDropOut) {
    SimulationFailedException unexpected(String what) {
      return new SimulationFailedException("round " + round + ": device " + device + " " + what);
    }
  }

  /**
   * Lets every device of the cohort take part in the round that is open, until each has reported or
   * dropped out.
   */
  void takePart(Cohort cohort, IntConsumer progress) throws InterruptedException {
    boolean canSucceed = cohort.reporting().length >= setup.scenario().minimumReports();
    var done = new AtomicInteger();
    var tasks = new ArrayList<Future<?>>();
    for (int i = 0; i < cohort.reporting().length; i++) {
      int device = cohort.reporting()[i];
      var behaviour = new SeatTrainer.Behaviour(false, cohort.latencyMillis()[i]);
      var turn = new Turn(device, cohort.round(), behaviour, !canSucceed);
      tasks.add(threads.submit(() -> takePart(turn, done, progress)));
    }
    for (int device : cohort.droppedOut()) {
      var turn = new Turn(device, cohort.round(), new SeatTrainer.Behaviour(true, 0), true);
      tasks.add(threads.submit(() -> takePart(turn, done, progress)));
    }
    awaitAll(tasks);
  }

  private static void awaitAll(List<Future<?>> tasks) throws InterruptedException {
    try {
      for (Future<?> task : tasks) {
        task.get();
      }
    } catch (ExecutionException failed) {
      throw SimulationFailedException.because(failed.getCause());
    } finally {
      tasks.forEach(task -> task.cancel(true));
    }
  }

  private Void takePart(Turn turn, AtomicInteger done, IntConsumer progress)
      throws InterruptedException {
    RealDevice real = alive.computeIfAbsent(turn.device(), this::start);
    real.trainer().behave(turn.behaviour());
    boolean settled = false;
    while (!settled) {
      settled = settled(turn, real.client().participate());
    }
    progress.accept(done.incrementAndGet());
    return null;
  }

  /**
   * Whether the device has done what its turn asks; waits as told when it has to check in again.
   */
  private boolean settled(Turn turn, ParticipationOutcome outcome) throws InterruptedException {
    return switch (outcome) {
      case TookPart took when took.round().number() == turn.round() -> true;
      case DroppedOut dropped when turn.mayDropOut() && dropped.round().number() == turn.round() ->
          true;
      case ToldToWait wait -> pause(wait.nextCheckIn());
      case TookPart took -> throw turn.unexpected("took part in round " + took.round().number());
      case DroppedOut dropped ->
          throw turn.unexpected("dropped out: " + dropped.code() + ": " + dropped.detail());
      case Unavailable no ->
          throw turn.unexpected("could not check in: " + no.code() + ": " + no.detail());
      case NotEligible no -> throw turn.unexpected("is not eligible: " + no.reason());
      case Interrupted stopped ->
          throw new InterruptedException("device " + turn.device() + " was stopped");
    };
  }

  private boolean pause(Duration wait) throws InterruptedException {
    if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the simulation ends");
    }
    return false;
  }

  private RealDevice start(int device) {
    var trainer = new SeatTrainer(seats, setup.devices().examples(device));
    FederatedClient client =
        FederatedClient.builder()
            .coordinator(coordinator)
            .population(Setup.POPULATION.toString())
            .enrolmentToken(enrolmentToken)
            .stateDirectory(directory.resolve(String.format(Locale.ROOT, "%06d", device)))
            .trainer(trainer)
            .transport(transport)
            .privacyPolicy(PrivacyPolicy.unchecked())
            .allowInsecurePlain()
            .randomness(setup.devices().randomness(device))
            .shortestWait(SHORTEST_WAIT)
            .build();
    return new RealDevice(client, trainer);
  }

  /** Bytes of all request bodies since the last call. */
  long takeSentBytes() {
    return transport.takeSent();
  }

  /** Bytes of all response bodies since the last call. */
  long takeReceivedBytes() {
    return transport.takeReceived();
  }

  @Override
  public void close() {
    closed.countDown();
    alive.values().forEach(device -> device.client().close());
    transport.close();
    threads.shutdownNow();
    threads.close();
  }
}
