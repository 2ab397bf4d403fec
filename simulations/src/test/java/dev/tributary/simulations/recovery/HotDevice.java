package dev.tributary.simulations.recovery;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.FederatedClientBuilder;
import dev.tributary.client.ParticipationListener;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.session.DeviceState;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A device of the SDK that takes part again and again, on a thread of its own, with an update that
 * says whose it is. It notes each receipt that it gets and does not wait between rounds.
 */
final class HotDevice implements RoundDevice {

  static final long BETWEEN_CHECK_INS_MILLIS = 20;
  private static final int REMEMBERED = 40;

  private final int number;
  private final FederatedClient client;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;
  private final Set<Long> receipts = ConcurrentHashMap.newKeySet();
  private final ConcurrentLinkedDeque<String> outcomes = new ConcurrentLinkedDeque<>();
  private final List<Throwable> defects = new CopyOnWriteArrayList<>();
  private volatile Consumer<RoundId> onReceipt = round -> {};

  HotDevice(int number, URI coordinator, String token, Path folder) {
    this.number = number;
    this.client =
        builder(number, coordinator, token, folder)
            .listener(
                new ParticipationListener() {
                  @Override
                  public void progressed(DeviceState state, String reason) {
                    if (state.name().equals("uploaded")) {
                      acknowledged(state.currentRound().orElseThrow());
                    }
                  }
                })
            .build();
    this.thread = Thread.ofPlatform().daemon().name("hot-device-" + number).unstarted(this::run);
  }

  /** What any process of this device is made of. */
  static FederatedClientBuilder builder(int number, URI coordinator, String token, Path folder) {
    return FederatedClient.builder()
        .coordinator(coordinator)
        .population(KillRounds.POPULATION)
        .enrolmentToken(token)
        .stateDirectory(folder)
        .trainer(new OneHotTrainer(number))
        .randomness(OneHotTrainer.tellingTheRound())
        .attributes(Map.of("seat", Integer.toString(number)))
        .privacyPolicy(new PrivacyLimits(3, 4096, Duration.ofDays(1), Float.POSITIVE_INFINITY))
        .shortestWait(Duration.ofMillis(10))
        .allowInsecurePlain();
  }

  @Override
  public int number() {
    return number;
  }

  @Override
  public DeviceId id() {
    return client.device();
  }

  HotDevice start() {
    thread.start();
    return this;
  }

  /** Called on the device's thread with the round, when its receipt is there. */
  void onReceipt(Consumer<RoundId> listener) {
    onReceipt = listener;
  }

  @Override
  public Set<Long> receipts() {
    return Set.copyOf(receipts);
  }

  @Override
  public List<Throwable> defects() {
    return defects;
  }

  /** The last outcomes, for people. */
  @Override
  public String toString() {
    return "device " + number + ": " + outcomes + " " + defects;
  }

  private void acknowledged(RoundId round) {
    receipts.add(round.number());
    onReceipt.accept(round);
  }

  private void run() {
    try {
      while (!closing.await(BETWEEN_CHECK_INS_MILLIS, TimeUnit.MILLISECONDS)) {
        note(client.participate());
      }
    } catch (InterruptedException | IllegalStateException over) {
      if (closing.getCount() > 0) {
        defects.add(over);
      }
    } catch (RuntimeException | Error defect) {
      defects.add(defect);
    }
  }

  private void note(ParticipationOutcome outcome) {
    outcomes.add(String.valueOf(outcome));
    if (outcomes.size() > REMEMBERED) {
      outcomes.poll();
    }
  }

  @Override
  public void close() {
    closing.countDown();
    client.close();
  }
}
