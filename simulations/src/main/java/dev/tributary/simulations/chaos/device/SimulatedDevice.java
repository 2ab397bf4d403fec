package dev.tributary.simulations.chaos.device;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import dev.tributary.simulations.chaos.time.Strand;
import dev.tributary.simulations.data.InsecureSeededRandom;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One device: what it has on disk, and the process that runs on it now, if one does. Called by the
 * thread that moves the time.
 */
public final class SimulatedDevice {
  private static final URI COORDINATOR = URI.create("http://127.0.0.1");
  private static final Duration SLOWEST_BOOT = Duration.ofSeconds(2);
  private static final Map<Integer, DeviceKeyPair> KEYS = new ConcurrentHashMap<>();

  private final int number;
  private final Setting setting;
  private final SimulatedSessionStore store;
  private final OneHotTrainer trainer;
  private final SeededRandomness randomness;
  private Duration skew = Duration.ZERO;
  private int writesToLive = Integer.MAX_VALUE;
  private Consumer<SimulatedDevice> killedAtWrite = device -> {};
  private @Nullable Strand process;

  /**
   * What a device lives in.
   *
   * @param folder of the world
   * @param token to enrol with
   * @param wall right time
   * @param defects told of what the SDK should never let out
   */
  public record Setting(
      long seed,
      SimulatedTime time,
      Path folder,
      String population,
      String token,
      Supplier<Instant> wall,
      Outbox outbox,
      Consumer<Throwable> defects,
      Consumer<ParticipationOutcome> outcomes) {}

  public SimulatedDevice(int number, Setting setting) {
    this.number = number;
    this.setting = setting;
    this.store = new SimulatedSessionStore(keys(number), this::writes);
    this.trainer = new OneHotTrainer(number);
    this.randomness = new SeededRandomness(setting.seed(), number);
  }

  /** The same in all worlds: making keys takes long, and nothing depends on them. */
  private static DeviceKeyPair keys(int number) {
    return KEYS.computeIfAbsent(
        number,
        missing -> DeviceKeyPair.generate(InsecureSeededRandom.of(0, "chaos device", missing)));
  }

  /** The name of a device. */
  public static DeviceId id(int number) {
    return DeviceId.of(keys(number).publicKey());
  }

  public int number() {
    return number;
  }

  public boolean isRunning() {
    return process != null;
  }

  /** Its clock shows the wrong time from now on. */
  public void stepClock(Duration step) {
    skew = skew.plus(step);
  }

  /** Its next training ends in weights that are no numbers. */
  public void divergeOnce() {
    trainer.divergeOnce();
  }

  /** Starts a process on it, unless one runs. */
  public void boot() {
    if (process == null) {
      var strand = new Strand("device-" + number, this::live);
      process = strand;
      strand.resume();
    }
  }

  /** Kills its process; what its store has said to be durable stays. */
  public void kill() {
    Strand running = process;
    process = null;
    writesToLive = Integer.MAX_VALUE;
    if (running != null) {
      running.kill();
    }
  }

  /**
   * Its process dies within one of its next writes: each write is two steps, one before it is on
   * disk and one after.
   *
   * @param killed told then
   */
  public void killAfterWriteSteps(int steps, Consumer<SimulatedDevice> killed) {
    writesToLive = steps;
    killedAtWrite = killed;
  }

  private void writes() {
    Strand running = process;
    if (running != null && --writesToLive == 0) {
      process = null;
      writesToLive = Integer.MAX_VALUE;
      killedAtWrite.accept(this);
      running.die();
    }
  }

  private void live(Strand strand) {
    var clock =
        new StrandClock(number, setting.time(), strand, () -> setting.wall().get().plus(skew));
    try {
      FederatedClient client = client(strand, clock);
      clock.pause(setting.time().delay(0, Math.toIntExact(SLOWEST_BOOT.toNanos() / 1000)));
      while (true) {
        ParticipationOutcome outcome = client.participate();
        setting.outcomes().accept(outcome);
        clock.pause(outcome.nextCheckIn());
      }
    } catch (Strand.Killed killed) {
      throw killed;
    } catch (RuntimeException | Error e) {
      process = null;
      setting.defects().accept(e);
    }
  }

  private FederatedClient client(Strand strand, StrandClock clock) {
    return FederatedClient.builder()
        .coordinator(COORDINATOR)
        .population(setting.population())
        .enrolmentToken(setting.token())
        .stateDirectory(setting.folder().resolve("device-" + number))
        .sessionStore(store)
        .transport(new StrandTransport(number, setting.outbox(), strand))
        .clock(clock)
        .trainer(trainer)
        .randomness(randomness)
        .privacyPolicy(PrivacyPolicy.unchecked())
        .allowInsecurePlain()
        .build();
  }
}
