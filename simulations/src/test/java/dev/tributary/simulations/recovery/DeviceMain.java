package dev.tributary.simulations.recovery;

import dev.tributary.client.FederatedClient;
import dev.tributary.client.ParticipationListener;
import dev.tributary.client.session.DeviceState;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The program of a device in a process of its own: takes part until it is killed, and says each
 * state that it comes to, with its round, once it is durable.
 */
final class DeviceMain {

  private DeviceMain() {}

  /** Place, coordinator, token, state folder, name of the state to stand still in. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    try (FederatedClient client =
        HotDevice.builder(
                Integer.parseInt(arguments[0]),
                URI.create(arguments[1]),
                arguments[2],
                Path.of(arguments[3]))
            .listener(
                new ParticipationListener() {
                  @Override
                  public void progressed(DeviceState state, String reason) {
                    state
                        .currentRound()
                        .ifPresent(round -> out.println(state.name() + " " + round.number()));
                    if (state.name().equals(arguments[4])) {
                      LockSupport.park(DeviceMain.class);
                    }
                  }
                })
            .build()) {
      out.println("id " + client.device());
      while (true) {
        client.participate();
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(HotDevice.BETWEEN_CHECK_INS_MILLIS));
      }
    }
  }
}
