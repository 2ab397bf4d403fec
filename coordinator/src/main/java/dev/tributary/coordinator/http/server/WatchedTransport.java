package dev.tributary.coordinator.http.server;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.datagram.DatagramSocketOptions;
import io.vertx.core.net.ClientOptionsBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.core.spi.transport.Transport;

/**
 * The JDK's sockets, with {@link ConnectionDeadlines} told of every connection that a server
 * accepts.
 */
public final class WatchedTransport implements io.vertx.core.transport.Transport, Transport {

  private final Transport nio = io.vertx.core.transport.Transport.NIO.implementation();
  private final ConnectionDeadlines deadlines;

  public WatchedTransport(ConnectionDeadlines deadlines) {
    this.deadlines = deadlines;
  }

  @Override
  public void configure(NetServerOptions options, boolean domainSocket, ServerBootstrap bootstrap) {
    nio.configure(options, domainSocket, bootstrap);
    bootstrap.handler(deadlines.acceptor());
  }

  @Override
  public String name() {
    return "nio";
  }

  @Override
  public boolean available() {
    return true;
  }

  @Override
  public Throwable unavailabilityCause() {
    return new IllegalStateException("the JDK's sockets are always available");
  }

  @Override
  public Transport implementation() {
    return this;
  }

  @Override
  public boolean supportsDomainSockets() {
    return nio.supportsDomainSockets();
  }

  @Override
  public boolean supportFileRegion() {
    return nio.supportFileRegion();
  }

  @Override
  public java.net.SocketAddress convert(SocketAddress address) {
    return nio.convert(address);
  }

  @Override
  public SocketAddress convert(java.net.SocketAddress address) {
    return nio.convert(address);
  }

  @Override
  public IoHandlerFactory ioHandlerFactory() {
    return nio.ioHandlerFactory();
  }

  @Override
  public DatagramChannel datagramChannel() {
    return nio.datagramChannel();
  }

  @Override
  @SuppressWarnings("deprecation") // the signature is Vert.x's
  public DatagramChannel datagramChannel(InternetProtocolFamily family) {
    return nio.datagramChannel(family);
  }

  @Override
  public ChannelFactory<? extends Channel> channelFactory(boolean domainSocket) {
    return nio.channelFactory(domainSocket);
  }

  @Override
  public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
    return nio.serverChannelFactory(domainSocket);
  }

  @Override
  public void configure(DatagramChannel channel, DatagramSocketOptions options) {
    nio.configure(channel, options);
  }

  @Override
  public void configure(
      ClientOptionsBase options,
      int connectTimeoutMillis,
      boolean domainSocket,
      Bootstrap bootstrap) {
    nio.configure(options, connectTimeoutMillis, domainSocket, bootstrap);
  }
}
