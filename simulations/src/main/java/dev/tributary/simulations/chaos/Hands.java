package dev.tributary.simulations.chaos;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.DeviceFailure;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.simulations.chaos.fault.Fault;
import dev.tributary.simulations.chaos.network.Mishap;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Does to a world what a schedule says. One thread at a time. */
final class Hands {
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(3);
  private static final Duration DEVICE_DOWN = Duration.ofSeconds(20);
  private static final double DROPPED = 0.3;

  private final World world;
  private final Damage damage;

  Hands(World world) {
    this.world = world;
    this.damage = new Damage(world);
  }

  void carryOut(Operation operation) {
    switch (operation) {
      case Operation.CrashCoordinator o -> world.crashes().arm(o);
      case Operation.StopCoordinator o -> onceServing(() -> stop(o.time()));
      case Operation.ReplaceCoordinator o -> world.replace(o.pause());
      case Operation.KillDevice o -> kill(o);
      case Operation.CutOff o -> world.network().cutOff(o.device(), o.duration());
      case Operation.GoWrong o -> world.network().arm(o.mishap());
      case Operation.DropDevices o -> drop(o);
      case Operation.Diverge o -> {
        world.devices().get(o.device()).divergeOnce();
        world.faults().add(Fault.BAD_UPDATE);
      }
      case Operation.StepServerClock o -> {
        world.storage().stepWall(o.step());
        world.faults().add(Fault.CLOCK_STEPPED);
      }
      case Operation.StepDeviceClock o -> {
        world.devices().get(o.device()).stepClock(o.step());
        world.faults().add(Fault.CLOCK_STEPPED);
      }
      case Operation.FillDisk o -> world.storage().fillFor(o.duration());
      case Operation.FailSync o -> world.storage().failNextSync();
      case Operation.DamageJournal o -> damage(() -> damage.journal(o.truncated()));
      case Operation.DamageCheckpoint o -> damage(() -> damage.checkpoint(o.truncated()));
      case Operation.LoseDatabase o -> world.storage().loseDatabaseFor(o.duration());
      case Operation.SendHerd o -> onceServing(() -> herd(o.count()));
    }
  }

  /** Does it now, or when there is a coordinator again. */
  private void onceServing(Runnable action) {
    if (world.serving().isPresent()) {
      action.run();
    } else {
      world.time().after(LOOK_AGAIN, "looks for a coordinator", () -> onceServing(action));
    }
  }

  private void stop(Duration duration) {
    world
        .serving()
        .ifPresent(
            server -> {
              server.process().stop();
              world.time().after(duration, "the coordinator goes on", server.process()::goOn);
            });
  }

  private void kill(Operation.KillDevice o) {
    var device = world.devices().get(o.device());
    if (o.writeSteps() == 0) {
      world.kill(device, o.down());
    } else {
      device.killAfterWriteSteps(o.writeSteps(), dead -> world.died(dead, DEVICE_DOWN));
    }
  }

  private void drop(Operation.DropDevices o) {
    int count = (int) Math.ceil(world.terms().devices() * DROPPED);
    for (int i = 0; i < count; i++) {
      world.network().arm(new Mishap(Mishap.Kind.KILL_SENDER, o.step(), Mishap.ANYBODY));
    }
  }

  /** Kills the coordinator and damages something, as soon as there is something to damage. */
  private void damage(BooleanSupplier something) {
    if (world.serving().isEmpty() || !something.getAsBoolean()) {
      world.time().after(LOOK_AGAIN, "looks for what to damage", () -> damage(something));
    }
  }

  private void herd(int count) {
    world
        .serving()
        .ifPresent(
            server -> {
              world.faults().add(Fault.HERD);
              for (int i = 0; i < count; i++) {
                var device = new DeviceId("%032x".formatted(i + 1));
                server.process().life().later("a check-in of the herd", () -> checkIn(device));
              }
            });
  }

  private void checkIn(DeviceId device) {
    var request =
        new CheckIn(
            new PopulationName(Terms.POPULATION), new SdkVersion(1, 0, 0), 1, Map.of(), List.of());
    world
        .serving()
        .ifPresent(
            server ->
                server
                    .process()
                    .devices()
                    .checkIn(device, request)
                    .onSuccess(answer -> answered(device, answer)));
  }

  private void answered(DeviceId device, CheckInAnswer answer) {
    switch (answer) {
      case CheckInAnswer.ComeBack window -> {
        if (window.maxDelayMillis() <= window.minDelayMillis()) {
          world.oracle().violations().add("a herd is told to come back at one moment: " + window);
        }
      }
      case CheckInAnswer.Assigned place ->
          world
              .serving()
              .ifPresent(
                  server ->
                      server
                          .process()
                          .devices()
                          .reportFailure(
                              device,
                              place.roundId(),
                              FailureReport.of(DeviceFailure.SHUTTING_DOWN, "a herd")));
    }
  }
}
