package dev.tributary.simulations.chaos.network;

import dev.tributary.simulations.chaos.device.Reply;
import dev.tributary.simulations.chaos.door.Connection;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.network.Mishap.Kind;
import dev.tributary.simulations.chaos.time.SimulatedTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What goes wrong with single requests, in the order in which it was asked for. */
final class Mischief {
  private static final Duration LATE = Duration.ofMinutes(4);

  private final Network network;
  private final SimulatedTime time;
  private final Network.Watch watch;
  private final List<Mishap> armed = new ArrayList<>();
  private final Map<Integer, Request> countedBefore = new HashMap<>();

  Mischief(Network network, SimulatedTime time, Network.Watch watch) {
    this.network = network;
    this.time = time;
    this.watch = watch;
  }

  void arm(Mishap mishap) {
    armed.add(mishap);
  }

  boolean isEmpty() {
    return armed.isEmpty();
  }

  void disarm() {
    armed.clear();
  }

  void send(int device, Request request, Duration patience, Consumer<Reply> back) {
    Optional<Mishap> mishap = take(device, request);
    var connection =
        mishap.isPresent() && mishap.get().kind() == Kind.DISCONNECT
            ? new Connection(request.body().length() * 99 / 100)
            : Connection.whole();
    Consumer<Reply> told = request.isUpload() ? remembering(device, request, back) : back;
    var exchange = network.begin(device, request, connection, patience, told);
    if (mishap.isEmpty()) {
      network.deliver(exchange);
      return;
    }
    watch.struck(device, mishap.get());
    meet(mishap.get().kind(), exchange);
  }

  private Optional<Mishap> take(int device, Request request) {
    for (var mishap : armed) {
      boolean its =
          (mishap.device() == Mishap.ANYBODY || mishap.device() == device)
              && mishap.step().matches(request);
      boolean possible =
          mishap.kind() != Kind.REPLAY || isFromAnotherRound(countedBefore.get(device), request);
      if (its && possible) {
        armed.remove(mishap);
        return Optional.of(mishap);
      }
    }
    return Optional.empty();
  }

  private static boolean isFromAnotherRound(@Nullable Request before, Request request) {
    return before != null && !before.round().equals(request.round());
  }

  private Consumer<Reply> remembering(int device, Request request, Consumer<Reply> back) {
    return reply -> {
      if (reply instanceof Reply.Answered answered && answered.response().isSuccess()) {
        countedBefore.put(device, request);
      }
      back.accept(reply);
    };
  }

  private void meet(Kind kind, Exchange exchange) {
    Request request = exchange.request;
    switch (kind) {
      case LOSE_REQUEST, KILL_SENDER -> {}
      case LOSE_RESPONSE -> {
        exchange.responseLost = true;
        network.deliver(exchange);
      }
      case BREAK_RESPONSE -> {
        exchange.responseBroken = true;
        network.deliver(exchange);
      }
      case DUPLICATE -> {
        network.deliver(exchange);
        network.deliver(network.duplicateOf(exchange));
      }
      case DISCONNECT -> {
        exchange.connection.whenGone(
            () ->
                time.after(
                    network.delay(),
                    "device " + exchange.device + " is disconnected",
                    () -> network.end(exchange, new Reply.Broken("connection broke off"))));
        network.deliver(exchange);
      }
      case LATE -> {
        network.cutOff(exchange.device, LATE);
        var late = network.forge(exchange.device, request, reply -> {});
        time.after(LATE, "a late request", () -> network.deliver(late));
      }
      case CONFLICT -> {
        exchange.afterSuccess =
            () ->
                network.deliver(
                    network.forge(exchange.device, Forgery.conflicting(request), reply -> {}));
        network.deliver(exchange);
      }
      case REPLAY -> {
        Request before = countedBefore.getOrDefault(exchange.device, request);
        forged(exchange, Forgery.replayed(before, request.round().orElseThrow()));
      }
      case WRONG_LENGTH -> forged(exchange, Forgery.tooLong(request));
      case WRONG_RESIDUE -> forged(exchange, Forgery.outOfRange(request));
    }
  }

  /** The forged one, and then the honest one. */
  private void forged(Exchange exchange, Request forged) {
    network.deliver(network.forge(exchange.device, forged, reply -> network.deliver(exchange)));
  }
}
