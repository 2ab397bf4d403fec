package dev.tributary.simulations.world;

import dev.tributary.aggregation.mask.AggregateSum;
import dev.tributary.aggregation.mask.MaskedAccumulator;
import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.mask.RoundProtocol;
import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.optimize.Dequantizer;
import dev.tributary.aggregation.optimize.MeanUpdate;
import dev.tributary.aggregation.optimize.WeightlessSumException;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.aggregation.secagg.coordinator.UnrecoverableException;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.round.Phase;
import dev.tributary.coordinator.round.RoundEffect;
import dev.tributary.coordinator.round.RoundEffect.BeginSessions;
import dev.tributary.coordinator.round.RoundEffect.CloseRosters;
import dev.tributary.coordinator.round.RoundEffect.CloseShares;
import dev.tributary.coordinator.round.RoundEffect.ConfirmSurvivors;
import dev.tributary.coordinator.round.RoundEffect.DiscardSum;
import dev.tributary.coordinator.round.RoundEffect.NotifyDevices;
import dev.tributary.coordinator.round.RoundEffect.OptimizeModel;
import dev.tributary.coordinator.round.RoundEffect.PublishVersion;
import dev.tributary.coordinator.round.RoundEffect.ReleaseDevices;
import dev.tributary.coordinator.round.RoundEffect.SetDeadline;
import dev.tributary.coordinator.round.RoundEffect.UnmaskSum;
import dev.tributary.coordinator.round.RoundEvent;
import dev.tributary.coordinator.round.RoundEvent.BaseFixed;
import dev.tributary.coordinator.round.RoundEvent.DeadlinePassed;
import dev.tributary.coordinator.round.RoundEvent.DeviceDropped;
import dev.tributary.coordinator.round.RoundEvent.DeviceEnrolled;
import dev.tributary.coordinator.round.RoundEvent.KeysAdvertised;
import dev.tributary.coordinator.round.RoundEvent.KeysShared;
import dev.tributary.coordinator.round.RoundEvent.ModelOptimized;
import dev.tributary.coordinator.round.RoundEvent.RoundOpened;
import dev.tributary.coordinator.round.RoundEvent.RoundPlanned;
import dev.tributary.coordinator.round.RoundEvent.SumUnmasked;
import dev.tributary.coordinator.round.RoundEvent.SurvivorsConfirmed;
import dev.tributary.coordinator.round.RoundEvent.UploadsCounted;
import dev.tributary.coordinator.round.RoundEvent.VersionPublished;
import dev.tributary.coordinator.round.RoundMachine;
import dev.tributary.coordinator.round.RoundState;
import dev.tributary.coordinator.round.Transition;
import dev.tributary.coordinator.round.Transition.Verdict;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.scenario.DropOutStep;
import dev.tributary.simulations.world.setup.Cohort;
import dev.tributary.simulations.world.setup.Setup;
import dev.tributary.simulations.world.setup.SimulatedIdentities;
import dev.tributary.simulations.world.setup.TrainingSeats;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One round of a {@link DirectWorld}: feeds the coordinator's state machine with events at
 * simulated times, and runs the effects that touch the sum. Deadlines are never reached, so timers
 * are left out: who is late has dropped out of the cohort before the round begins.
 *
 * <p>{@link #collect} may be called by many threads at once; all else by one thread.
 */
final class DirectRound {

  private static final Instant START = Instant.EPOCH;

  private final Setup setup;
  private final Cohort cohort;
  private final QuantizationParameters quantization;
  private final DirectTerms terms;
  private final RoundProtocol protocol;
  private final MaskedAccumulator accumulator;
  private final Map<Integer, CountedUpload> collected = new ConcurrentHashMap<>();
  private RoundState state;
  private final @Nullable SimulatedIdentities identities;
  private final TrainingSeats seats;
  private final Set<Integer> refusing = new TreeSet<>();
  private @Nullable SecureExchange exchange;
  private @Nullable RoundManifest manifest;
  private @Nullable AggregateSum sum;

  /**
   * @param identities of the devices; present exactly when the scenario's updates are masked
   * @param seats on whose threads devices agree on masks
   */
  DirectRound(
      Setup setup,
      Cohort cohort,
      QuantizationParameters quantization,
      long modelBytes,
      Optional<SimulatedIdentities> identities,
      TrainingSeats seats) {
    this.identities = identities.orElse(null);
    this.seats = seats;
    this.setup = setup;
    this.cohort = cohort;
    this.quantization = quantization;
    this.protocol = RoundProtocol.of(setup.scenario().protocol());
    this.accumulator = protocol.newAccumulator(quantization);
    this.terms = new DirectTerms(setup, cohort.round(), quantization, modelBytes);
    this.state = RoundMachine.begin(new RoundPlanned(START, terms.plan()));
  }

  /** Enrols the cohort; who masks nothing and will not report leaves at once. */
  void select(ModelDigest base) throws InterruptedException {
    step(new RoundOpened(START));
    step(new BaseFixed(START, base));
    manifest = terms.manifest(state.plan(), base);
    for (int device : chosen()) {
      step(new DeviceEnrolled(START, idOf(device)));
    }
    if (exchange == null) {
      drop(Arrays.stream(cohort.droppedOut()).boxed().toList());
    } else {
      exchangeKeys(exchange);
    }
  }

  private List<Integer> chosen() {
    return IntStream.concat(Arrays.stream(cohort.reporting()), Arrays.stream(cohort.droppedOut()))
        .boxed()
        .toList();
  }

  private DeviceId idOf(int device) {
    return identities == null ? new DeviceId("%032x".formatted(device)) : identities.idOf(device);
  }

  /** These are not heard of again. */
  private void drop(List<Integer> devices) {
    for (int device : devices) {
      if (!ended()) {
        step(new DeviceDropped(START, idOf(device), "simulated"));
      }
    }
  }

  /** R0 and R1, and R2 as far as to know who has masks; in between devices drop out. */
  private void exchangeKeys(SecureExchange session) throws InterruptedException {
    List<Integer> advertising =
        without(session::advertise, staying(chosen(), DropOutStep.BEFORE_KEYS));
    for (int device : advertising) {
      take(() -> session.takeKeys(device));
      step(new KeysAdvertised(START, idOf(device)));
    }
    if (ended()) {
      return;
    }
    List<Integer> members = advertising.stream().filter(session::isMember).toList();
    List<Integer> dealing = without(session::deal, staying(members, DropOutStep.AFTER_KEYS));
    for (int device : dealing) {
      if (!ended()) {
        take(() -> session.takeShares(device));
        step(new KeysShared(START, idOf(device)));
      }
    }
    if (!ended()) {
      without(session::agree, staying(dealing, DropOutStep.AFTER_SHARES));
    }
  }

  /** Those that do not drop out at a step. */
  private List<Integer> staying(List<Integer> devices, DropOutStep step) {
    drop(devices.stream().filter(device -> cohort.dropsOut(device, step)).toList());
    return devices.stream().filter(device -> !cohort.dropsOut(device, step)).toList();
  }

  /** Those that do a step of the session side by side, without those that refuse and leave. */
  private List<Integer> without(Predicate<Integer> step, List<Integer> devices)
      throws InterruptedException {
    if (ended()) {
      return List.of();
    }
    List<Boolean> done = seats.map(devices, (seat, device) -> step.test(device));
    List<Integer> left = new ArrayList<>();
    List<Integer> refused = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      (done.get(i) ? left : refused).add(devices.get(i));
    }
    refusing.addAll(refused);
    drop(refused);
    return left;
  }

  private interface Message {
    void take() throws RejectedException;
  }

  private void take(Message message) {
    try {
      message.take();
    } catch (RejectedException impossible) {
      throw new IllegalStateException(
          "round " + cohort.round() + ": " + impossible.getMessage(), impossible);
    }
  }

  /** Devices that will report, in the order in which their updates arrive. */
  int[] reporting() {
    return ended()
        ? new int[0]
        : Arrays.stream(cohort.reporting()).filter(device -> !refusing.contains(device)).toArray();
  }

  /** What a device masks its update with; nothing where nothing is masked. */
  List<Mask> masksOf(int device) {
    return exchange == null ? List.of() : exchange.masksOf(device);
  }

  /** Bytes of the messages of the session that devices sent. */
  long sessionBytesUp() {
    return exchange == null ? 0 : exchange.bytesUp();
  }

  /** Bytes of the messages of the session that devices received. */
  long sessionBytesDown() {
    return exchange == null ? 0 : exchange.bytesDown();
  }

  /** What the devices of this round are told. */
  RoundManifest manifest() {
    if (manifest == null) {
      throw new IllegalStateException(
          "round " + cohort.round() + " has no manifest before its selection");
    }
    return manifest;
  }

  boolean ended() {
    return state instanceof RoundState.Terminal;
  }

  /**
   * Verifies an update as the coordinator's intake does and adds it to the sum; the round hears of
   * it in {@link #reportAll}.
   *
   * @throws IllegalStateException when the coordinator would refuse it
   */
  void collect(int device, MaskedUpdate update) throws IOException {
    byte[] digest = Sha256.of(update.packed());
    if (exchange != null) {
      exchange.send(device, digest);
    } else {
      terms.requireInRange(device, update);
    }
    String sha256 = HexFormat.of().formatHex(digest);
    var upload = setup.devices().randomness(device).uploadIdFor(manifest().roundId());
    synchronized (accumulator) {
      accumulator.add(update.source());
    }
    collected.put(device, new CountedUpload(idOf(device), upload, sha256));
  }

  /** Tells the round of all updates, in the order of their simulated arrival. */
  void reportAll() {
    for (int i = 0; i < cohort.reporting().length; i++) {
      if (refusing.contains(cohort.reporting()[i])) {
        continue;
      }
      Instant arrival = START.plusNanos((long) (cohort.latencyMillis()[i] * 1e6));
      CountedUpload upload = collected.get(cohort.reporting()[i]);
      if (upload == null) {
        throw new IllegalStateException(
            "round " + cohort.round() + ": a reporting device sent nothing");
      }
      step(new UploadsCounted(arrival, List.of(upload)));
    }
  }

  /** The mean of the updates, once the round has closed. */
  MeanUpdate mean() {
    if (sum == null) {
      throw new IllegalStateException(
          "round " + cohort.round() + " is " + state + ", without a sum");
    }
    try {
      return new Dequantizer(quantization).dequantize(sum);
    } catch (WeightlessSumException impossible) {
      throw new IllegalStateException(
          "round " + cohort.round() + ": " + impossible.getMessage(), impossible);
    }
  }

  /** Ends the round with this model. */
  void publish(ModelDigest result) {
    step(new ModelOptimized(START, result));
    step(new VersionPublished(START));
  }

  private void step(RoundEvent event) {
    Transition transition = RoundMachine.on(state, event);
    if (!(transition.verdict() instanceof Verdict.Accepted)) {
      throw new IllegalStateException(
          "round "
              + cohort.round()
              + ": "
              + event.getClass().getSimpleName()
              + " was refused: "
              + transition.reason());
    }
    state = transition.next();
    for (RoundEffect effect : transition.effects()) {
      switch (effect) {
        case BeginSessions begin -> exchange = newExchange();
        case CloseRosters close -> session().closeRoster(close.advertised());
        case CloseShares close -> session().closeShares(close.shared());
        case ConfirmSurvivors confirm -> confirm(event.at(), confirm.survivors());
        case UnmaskSum unmask -> unmask(event.at(), unmask.survivors());
        case SetDeadline _,
            NotifyDevices _,
            ReleaseDevices _,
            OptimizeModel _,
            PublishVersion _,
            DiscardSum _ -> {} // nobody waits, and the world publishes
      }
    }
  }

  private SecureExchange newExchange() {
    if (identities == null) {
      throw new IllegalStateException("a round that masks has devices with identities");
    }
    return new SecureExchange(manifest(), cohort, identities, setup.scenario().seed());
  }

  private SecureExchange session() {
    if (exchange == null) {
      throw new IllegalStateException("round " + cohort.round() + " has no session");
    }
    return exchange;
  }

  private void confirm(Instant at, Set<DeviceId> survivors) {
    take(
        () ->
            step(
                session().confirm(survivors)
                    ? new SurvivorsConfirmed(at, 0)
                    : new DeadlinePassed(at, Phase.CONFIRMING)));
  }

  private void unmask(Instant at, Set<DeviceId> survivors) {
    if (exchange == null) {
      open(at, List.of());
      return;
    }
    take(
        () -> {
          try {
            Optional<List<Mask>> masks = session().unmask(survivors);
            masks.ifPresentOrElse(
                known -> open(at, known), () -> step(new DeadlinePassed(at, Phase.UNMASKING)));
          } catch (UnrecoverableException impossible) {
            throw new IllegalStateException(
                "round " + cohort.round() + ": " + impossible.getMessage(), impossible);
          }
        });
  }

  private void open(Instant at, List<Mask> masks) {
    sum = protocol.unmasker(quantization, masks, 1).unmask(accumulator.sum());
    masks.forEach(mask -> mask.key().destroy());
    step(new SumUnmasked(at));
  }
}
