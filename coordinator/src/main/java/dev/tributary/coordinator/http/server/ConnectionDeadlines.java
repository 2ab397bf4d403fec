package dev.tributary.coordinator.http.server;

import dev.tributary.coordinator.http.SendDeadline;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections on which nothing is going on: those whose first request does not get to the
 * end of its headers, and those without a request under way. Counting bytes would not do: a client
 * that sends one byte now and then is never idle, and an HTTP server sees a request only once its
 * headers are whole. So every connection is noted as it is accepted, below HTTP and TLS, with the
 * time that it has left to bring a request.
 *
 * <p>Only time in which the connection's event loop was at work counts. While something keeps a
 * loop from running (a busy machine, a stopped process), what clients have sent in time lies
 * unread, and they are not to pay for it.
 *
 * <p>Any thread; {@link #closeOverdue} is called a few times a second by each event loop.
 */
public final class ConnectionDeadlines {

  /** Of one look to the next at most so much counts: a loop at work looks this often. */
  static final Duration BETWEEN_LOOKS = Duration.ofMillis(250);

  private record Peer(String address, int port) {}

  private final Duration head;
  private final Duration idle;
  private final Map<Peer, Tracked> connections = new ConcurrentHashMap<>();
  private final Map<Thread, Long> lastLookNanos = new ConcurrentHashMap<>();

  public ConnectionDeadlines(Duration head, Duration idle) {
    this.head = head;
    this.idle = idle;
  }

  /**
   * A connection with the requests under way on it. All but making one happens on its event loop.
   */
  static final class Tracked {
    private static final long NOT_BEGUN = -1;

    private final Channel channel;
    private final Duration idle;
    private long limitNanos;
    private long countedNanos = NOT_BEGUN;
    private int requestCount;

    Tracked(Channel channel, Duration head, Duration idle) {
      this.channel = channel;
      this.idle = idle;
      this.limitNanos = head.toNanos();
    }

    Channel channel() {
      return channel;
    }

    void requestBegins() {
      requestCount++;
    }

    void requestIsOver() {
      requestCount--;
      limitNanos = idle.toNanos();
      countedNanos = NOT_BEGUN;
    }

    /** From the first look on; whether the time is over. */
    private boolean isOverdueAfter(long moreNanos) {
      if (requestCount > 0) {
        return false;
      }
      countedNanos = countedNanos == NOT_BEGUN ? 0 : countedNanos + moreNanos;
      return countedNanos >= limitNanos;
    }

    /** False also before any event loop has it. */
    private boolean isOfThisLoop() {
      return channel.isRegistered() && channel.eventLoop().inEventLoop();
    }
  }

  /** The connection of this peer; absent when it has closed already. */
  @Nullable Tracked of(SocketAddress remote) {
    String address = remote.hostAddress();
    return address == null ? null : connections.get(new Peer(address, remote.port()));
  }

  /** Connections that are open now. */
  public int openCount() {
    return connections.size();
  }

  /** Looks at the connections of the event loop that calls it. */
  void closeOverdue() {
    long nowNanos = System.nanoTime();
    Long before = lastLookNanos.put(Thread.currentThread(), nowNanos);
    long moreNanos = before == null ? 0 : Math.min(nowNanos - before, BETWEEN_LOOKS.toNanos());
    for (Tracked tracked : connections.values()) {
      if (tracked.isOfThisLoop() && tracked.isOverdueAfter(moreNanos)) {
        SendDeadline.closeNow(tracked.channel);
      }
    }
  }

  private void accepted(Channel channel) {
    if (channel.remoteAddress() instanceof InetSocketAddress remote
        && remote.getAddress() != null) {
      Peer peer = new Peer(remote.getAddress().getHostAddress(), remote.getPort());
      Tracked tracked = new Tracked(channel, head, idle);
      connections.put(peer, tracked); // a peer may be back before its last connection is cleared up
      var _ = channel.closeFuture().addListener(closed -> connections.remove(peer, tracked));
    }
  }

  /** Sits on the listening socket and sees every connection as it is accepted. */
  @Sharable
  private final class Acceptor extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel channel) {
        accepted(channel);
        channel.pipeline().addLast(new HeadCheck.Entrance());
      }
      context.fireChannelRead(message);
    }
  }

  ChannelInboundHandlerAdapter acceptor() {
    return new Acceptor();
  }
}
