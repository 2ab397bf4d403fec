package dev.tributary.simulations.chaos.network;

import dev.tributary.simulations.chaos.device.Outbox;
import dev.tributary.simulations.chaos.device.Reply;
import dev.tributary.simulations.chaos.door.Connection;
import dev.tributary.simulations.chaos.door.DeviceDoor;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.door.Response;
import dev.tributary.simulations.chaos.machine.CoordinatorProcess;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** All ways between devices and coordinator. Runs in the time of the world. */
public final class Network implements Outbox {
  private static final int LEAST_MICROS = 500;
  private static final int MOST_MICROS = 60_000;
  private static final Duration PATIENCE_OF_NOBODY = Duration.ofMinutes(10);

  /** Told of everything that arrives somewhere. */
  public interface Watch {
    /** A request has arrived at the coordinator. */
    void arrived(int device, Request request);

    /**
     * The coordinator answers.
     *
     * @throws dev.tributary.simulations.chaos.machine.SimulatedCrash when it is killed before the
     *     answer is on its way
     */
    void answering(int device, Request request, Response response);

    /** The answer is on its way. */
    void answered(int device, Request request, Response response);

    /** A request of a device has met a mishap. */
    void struck(int device, Mishap mishap);
  }

  /** A process that listens. */
  public record Server(CoordinatorProcess process, DeviceDoor door) {}

  private final SimulatedTime time;
  private final Supplier<Optional<Server>> server;
  private final Watch watch;
  private final Mischief mischief;
  private final Tampering tampering;
  private final Map<Integer, Long> cutOffUntilNanos = new HashMap<>();
  private final Set<Exchange> open = new LinkedHashSet<>();

  /**
   * A network.
   *
   * @param server who listens now
   */
  public Network(
      SimulatedTime time, Supplier<Optional<Server>> server, Watch watch, Tampering tampering) {
    this.time = time;
    this.server = server;
    this.watch = watch;
    this.tampering = tampering;
    this.mischief = new Mischief(this, time, watch);
  }

  /** The next such request meets it. */
  public void arm(Mishap mishap) {
    mischief.arm(mishap);
  }

  /** Whether a mishap waits for its request. */
  public boolean isMishapWaiting() {
    return !mischief.isEmpty();
  }

  /** Nothing of a device arrives, nor does anything reach it, for so long. */
  public void cutOff(int device, Duration duration) {
    cutOffUntilNanos.put(device, time.nowNanos() + duration.toNanos());
  }

  /** Nothing is wrong with it any more. */
  public void mend() {
    mischief.disarm();
    cutOffUntilNanos.clear();
  }

  /** The process was killed: its connections are reset. */
  public void reset(CoordinatorProcess process) {
    for (var exchange : new ArrayList<>(open)) {
      if (exchange.process == process) {
        time.after(
            delay(),
            "reset for device " + exchange.device,
            () -> end(exchange, new Reply.Broken("connection reset")));
      }
    }
  }

  /** The process of a device was killed: nobody waits for its answers any more. */
  public void forget(int device) {
    for (var exchange : List.copyOf(open)) {
      if (exchange.device == device) {
        open.remove(exchange);
        exchange.connection.breakOff();
      }
    }
  }

  @Override
  public void send(int device, Request request, Duration patience, Consumer<Reply> back) {
    mischief.send(device, request, patience, back);
  }

  /** Opens an exchange that ends after its patience at the latest. */
  Exchange begin(
      int device, Request request, Connection connection, Duration patience, Consumer<Reply> back) {
    var exchange = new Exchange(device, request, connection, back);
    open.add(exchange);
    exchange.endsWith(
        time.after(
            patience,
            "device " + device + " waits no longer",
            () -> end(exchange, new Reply.Broken("timed out"))));
    return exchange;
  }

  /** An exchange of nobody in particular. */
  Exchange forge(int device, Request request, Consumer<Reply> back) {
    return begin(device, request, Connection.whole(), PATIENCE_OF_NOBODY, back);
  }

  /** The same again, which nobody waits for. */
  Exchange duplicateOf(Exchange exchange) {
    return tampering
        .duplicate(exchange.device, exchange.request)
        .map(other -> forge(other.device(), other.request(), reply -> {}))
        .orElseGet(() -> forge(exchange.device, exchange.request, reply -> {}));
  }

  void end(Exchange exchange, Reply reply) {
    if (!exchange.isOver()) {
      open.remove(exchange);
      exchange.end(reply);
    }
  }

  /** Brings its request to whoever listens by then. */
  void deliver(Exchange exchange) {
    time.after(delay(), exchange.device + " -> " + exchange.request, () -> arrive(exchange));
  }

  private void arrive(Exchange exchange) {
    if (isCutOff(exchange.device)) {
      return;
    }
    var listening = server.get();
    if (listening.isEmpty()) {
      end(exchange, new Reply.Broken("connection refused"));
      return;
    }
    exchange.process = listening.get().process();
    listening.get().process().life().later("request", () -> serve(listening.get(), exchange));
  }

  private void serve(Server listening, Exchange exchange) {
    watch.arrived(exchange.device, exchange.request);
    tampering
        .instead(exchange.device, exchange.request)
        .map(Future::succeededFuture)
        .orElseGet(() -> listening.door().serve(exchange.request, exchange.connection))
        .onSuccess(response -> answer(exchange, response));
  }

  private void answer(Exchange exchange, Response honest) {
    watch.answering(exchange.device, exchange.request, honest);
    var response = tampering.changed(exchange.device, exchange.request, honest);
    if (!exchange.responseLost && !isCutOff(exchange.device)) {
      int length = response.body().length();
      var reply = new Reply.Answered(response, exchange.responseBroken ? length / 2 : length);
      time.after(
          delay(),
          exchange.device + " <- " + response.status() + " " + exchange.request,
          () -> end(exchange, reply));
    }
    if (response.isSuccess()) {
      exchange.afterSuccess.run();
    }
    watch.answered(exchange.device, exchange.request, response);
  }

  private boolean isCutOff(int device) {
    return cutOffUntilNanos.getOrDefault(device, 0L) > time.nowNanos();
  }

  Duration delay() {
    return time.delay(LEAST_MICROS, MOST_MICROS);
  }
}
