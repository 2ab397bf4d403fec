package dev.tributary.simulations.cli.device;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.FederatedClientBuilder;
import dev.tributary.client.ParticipationListener;
import dev.tributary.client.ParticipationOutcome;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.Interrupted;
import dev.tributary.client.ParticipationOutcome.NotEligible;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of the reference device: participations and the waits between them, on the calling
 * thread, with a line for each outcome. A shutdown of the process interrupts it, and waits until it
 * has left its round.
 */
final class DeviceRun implements ParticipationListener {

  static final int DONE = 0;
  static final int FAILED = 1;
  private static final int UNREACHABLE = 3;
  private static final int REFUSED = 4;

  private final int wantedRounds;
  private final PrintWriter progress;
  private String device = "";
  private String lastRound = "";
  private int contributed;
  private int dropped;
  private long examples;

  /**
   * A run.
   *
   * @param wantedRounds contributions after which to stop; 0 for never
   */
  DeviceRun(int wantedRounds, PrintWriter progress) {
    this.wantedRounds = wantedRounds;
    this.progress = progress;
  }

  /** Runs the device and returns the command's exit code. */
  int with(FederatedClientBuilder builder) throws InterruptedException {
    FederatedClient client = builder.build();
    var leave = new Thread(client::close, "tributary-device-leaves");
    Runtime.getRuntime().addShutdownHook(leave);
    try {
      device = client.device().toString();
      say("device " + device);
      return run(client);
    } finally {
      client.close();
      removeHook(leave);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException goingDown) {
      // The hook is what ended the run.
      return;
    }
  }

  private int run(FederatedClient client) throws InterruptedException {
    boolean everReached = false;
    while (true) {
      ParticipationOutcome outcome = client.participate();
      switch (outcome) {
        case TookPart tookPart -> {
          contributed++;
          lastRound = tookPart.round().toString();
          say("round " + lastRound + ": contributed");
        }
        case DroppedOut out -> {
          dropped++;
          say("round " + out.round() + ": dropped out (" + out.code() + "): " + out.detail());
        }
        case ToldToWait wait -> say("told to wait: " + wait.reasonCode());
        case NotEligible not -> say("not eligible: " + not.reason());
        case Interrupted ignored -> {
          return DONE;
        }
        case Unavailable unavailable -> {
          say("check-in failed (" + unavailable.code() + "): " + unavailable.detail());
          if (unavailable.permanent()) {
            return REFUSED;
          }
          if (!everReached) {
            return UNREACHABLE;
          }
        }
      }
      everReached |= !(outcome instanceof Unavailable);
      if (wantedRounds > 0 && contributed >= wantedRounds) {
        return DONE;
      }
      say("next check-in in " + outcome.nextCheckIn().toSeconds() + " s");
      TimeUnit.MILLISECONDS.sleep(outcome.nextCheckIn().toMillis());
    }
  }

  @Override
  public void built(RoundId round, int exampleCount, double meanLoss) {
    examples += exampleCount;
    say(
        String.format(
            Locale.ROOT, "round %s: %d examples, mean loss %.4f", round, exampleCount, meanLoss));
  }

  private void say(String line) {
    progress.println(line);
    progress.flush();
  }

  /** The fields of {@code --json}. */
  Map<String, Object> summary() {
    var fields = new LinkedHashMap<String, Object>();
    fields.put("device", device);
    fields.put("rounds", contributed);
    fields.put("dropped", dropped);
    fields.put("examples", examples);
    fields.put("lastRound", lastRound);
    return fields;
  }

  String inWords() {
    return "contributed to " + contributed + " rounds, dropped out of " + dropped;
  }
}
