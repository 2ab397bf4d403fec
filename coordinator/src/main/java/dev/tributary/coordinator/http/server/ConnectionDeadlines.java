package dev.tributary.coordinator.http.server;

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
 * time by which it must have brought a request.
 *
 * <p>Any thread; {@link #closeOverdue} is called a few times a second.
 */
public final class ConnectionDeadlines {

  private record Peer(String address, int port) {}

  private final Duration head;
  private final Duration idle;
  private final Map<Peer, Tracked> connections = new ConcurrentHashMap<>();

  public ConnectionDeadlines(Duration head, Duration idle) {
    this.head = head;
    this.idle = idle;
  }

  /** A connection with the requests under way on it; those are counted on its event loop. */
  static final class Tracked {
    private static final long NEVER = Long.MAX_VALUE;

    private final Channel channel;
    private final Duration idle;
    private volatile long deadlineMillis;
    private int requestCount;

    Tracked(Channel channel, Duration head, Duration idle) {
      this.channel = channel;
      this.idle = idle;
      this.deadlineMillis = nowMillis() + head.toMillis();
    }

    void requestBegins() {
      requestCount++;
      deadlineMillis = NEVER;
    }

    void requestIsOver() {
      requestCount--;
      if (requestCount == 0) {
        deadlineMillis = nowMillis() + idle.toMillis();
      }
    }
  }

  /**
   * What {@link #closeOverdue} compares with: monotonic, so that setting the clock closes nothing.
   */
  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
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

  void closeOverdue() {
    long nowMillis = nowMillis();
    for (Tracked tracked : connections.values()) {
      if (tracked.deadlineMillis <= nowMillis) {
        var _ = tracked.channel.close();
      }
    }
  }

  private void accepted(Channel channel) {
    if (channel.remoteAddress() instanceof InetSocketAddress remote
        && remote.getAddress() != null) {
      Peer peer = new Peer(remote.getAddress().getHostAddress(), remote.getPort());
      connections.put(peer, new Tracked(channel, head, idle));
      var _ = channel.closeFuture().addListener(closed -> connections.remove(peer));
    }
  }

  /** Sits on the listening socket and sees every connection as it is accepted. */
  @Sharable
  private final class Acceptor extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof Channel channel) {
        accepted(channel);
      }
      context.fireChannelRead(message);
    }
  }

  ChannelInboundHandlerAdapter acceptor() {
    return new Acceptor();
  }
}
