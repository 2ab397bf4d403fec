package dev.tributary.simulations.world;

import dev.tributary.client.FederatedClient;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.Interrupted;
import dev.tributary.client.ParticipationOutcome.NotEligible;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.transport.HttpTransport;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * Devices with the real SDK, each with a state directory and an identity of its own, that check in when the simulation's
 * cohort says so. They share connections and seats. A device comes to life when it is first chosen.
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

  RealDevices(Setup setup, TrainingSeats seats, URI coordinator, String enrolmentToken, Path directory) {
    this.setup = setup;
    this.seats = seats;
    this.coordinator = coordinator;
    this.enrolmentToken = enrolmentToken;
    this.directory = directory;
    this.transport = new CountingTransport(HttpTransport.to(coordinator));
  }

  private record RealDevice(FederatedClient client, SeatTrainer trainer) {}

  /** Lets every device of the cohort take part in the round that is open, until each has reported or dropped out. */
  void takePart(Cohort cohort, IntConsumer progress) throws InterruptedException {
    var done = new AtomicInteger();
    var tasks = new ArrayList<Future<?>>();
    for (int i = 0; i < cohort.reporting().length; i++) {
      int device = cohort.reporting()[i];
      var behaviour = new SeatTrainer.Behaviour(false, cohort.latencyMillis()[i]);
      tasks.add(threads.submit(() -> takePart(device, cohort.round(), behaviour, done, progress)));
    }
    for (int device : cohort.droppedOut()) {
      var behaviour = new SeatTrainer.Behaviour(true, 0);
      tasks.add(threads.submit(() -> takePart(device, cohort.round(), behaviour, done, progress)));
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

  private Void takePart(
      int device, int round, SeatTrainer.Behaviour behaviour, AtomicInteger done, IntConsumer progress)
      throws InterruptedException {
    RealDevice real = alive.computeIfAbsent(device, this::start);
    real.trainer().behave(behaviour);
    boolean settled = false;
    while (!settled) {
      settled = settled(device, round, behaviour, real.client().participate());
    }
    progress.accept(done.incrementAndGet());
    return null;
  }

  /** Whether the device has done what the cohort asks; waits as told when it has to check in again. */
  private boolean settled(int device, int round, SeatTrainer.Behaviour behaviour, ParticipationOutcome outcome)
      throws InterruptedException {
    return switch (outcome) {
      case TookPart took when took.round().number() == round -> true;
      case DroppedOut dropped when behaviour.dropsOut() && dropped.round().number() == round -> true;
      case ToldToWait wait -> pause(wait.nextCheckIn());
      case TookPart took -> throw unexpected(device, round, "took part in round " + took.round().number());
      case DroppedOut dropped ->
          throw unexpected(device, round, "dropped out: " + dropped.code() + ": " + dropped.detail());
      case Unavailable no -> throw unexpected(device, round, "could not check in: " + no.code() + ": " + no.detail());
      case NotEligible no -> throw unexpected(device, round, "is not eligible: " + no.reason());
      case Interrupted stopped -> throw new InterruptedException("device " + device + " was stopped");
    };
  }

  private boolean pause(Duration wait) throws InterruptedException {
    if (closed.await(wait.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new InterruptedException("the simulation ends");
    }
    return false;
  }

  private static SimulationFailedException unexpected(int device, int round, String what) {
    return new SimulationFailedException("round " + round + ": device " + device + " " + what);
  }

  private RealDevice start(int device) {
    var trainer = new SeatTrainer(seats, setup.devices().examples(device));
    FederatedClient client = FederatedClient.builder()
        .coordinator(coordinator)
        .population(Setup.POPULATION.toString())
        .enrolmentToken(enrolmentToken)
        .stateDirectory(directory.resolve("%06d".formatted(device)))
        .trainer(trainer)
        .transport(transport)
        .privacyPolicy(PrivacyLimits.defaults()
            .withMinimumCohort(1)
            .withMaximumParticipations(Integer.MAX_VALUE, Duration.ofDays(1)))
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
