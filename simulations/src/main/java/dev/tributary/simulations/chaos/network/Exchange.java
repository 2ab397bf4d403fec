package dev.tributary.simulations.chaos.network;

import dev.tributary.simulations.chaos.device.Reply;
import dev.tributary.simulations.chaos.door.Connection;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.machine.CoordinatorProcess;
import dev.tributary.simulations.chaos.time.SimulatedTime.Handle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One request under way, and who waits for its answer. */
final class Exchange {
  final int device;
  final Request request;
  final Connection connection;
  @Nullable CoordinatorProcess process;
  boolean responseLost;
  boolean responseBroken;
  Runnable afterSuccess = () -> {};
  private final Consumer<Reply> back;
  private Handle patience = () -> {};
  private boolean over;

  Exchange(int device, Request request, Connection connection, Consumer<Reply> back) {
    this.device = device;
    this.request = request;
    this.connection = connection;
    this.back = back;
  }

  /** Ends with this timer at the latest. */
  void endsWith(Handle timer) {
    patience = timer;
  }

  boolean isOver() {
    return over;
  }

  /** Tells the device, the first time. */
  void end(Reply reply) {
    if (!over) {
      over = true;
      patience.cancel();
      if (reply instanceof Reply.Broken) {
        connection.breakOff();
      }
      back.accept(reply);
    }
  }
}
