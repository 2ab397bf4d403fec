package dev.tributary.client.transport;

import java.io.EOFException;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The default {@link Transport}, on the JDK's HTTP client: HTTP/2 where TLS negotiates it, HTTP/1.1
 * otherwise. Any thread may use it; several devices of one process may share one.
 *
 * <p>Plain {@code http} is accepted for loopback addresses only, unless the caller asks for {@link
 * #insecurePlaintext}: over it, whoever listens reads the enrolment token and the session token.
 * Redirects are not followed: a token is sent to the address that the owner of the device
 * configured and to no other.
 *
 * <p>A connection that is kept from one request to the next may be closed by the other end just as
 * it is used again. Then not a byte of an answer comes, and the request is sent once more at once,
 * on another one: every request of the protocol may arrive twice. An upload ({@code PUT}) is not:
 * it goes on where the coordinator stopped, which is asked for above.
 */
public final class HttpTransport implements Transport {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "[::1]", "::1");
  private static final AtomicInteger THREADS = new AtomicInteger();

  private final URI coordinator;
  private final ExecutorService executor;
  private volatile @Nullable HttpClient client;
  private volatile boolean hasAnswered; // so that there may be a connection that was kept

  private HttpTransport(URI coordinator, @Nullable SSLContext tls) {
    this.coordinator = coordinator;
    this.executor = Executors.newCachedThreadPool(HttpTransport::daemon);
    var builder =
        HttpClient.newBuilder()
            .executor(executor)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(isTls(coordinator) ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    if (tls != null) {
      builder.sslContext(tls);
    }
    this.client = builder.build();
  }

  /** Verifies the coordinator's certificate against the platform's trusted authorities. */
  public static HttpTransport to(URI coordinator) {
    return new HttpTransport(requireProtected(requireAddress(coordinator)), null);
  }

  /** Verifies the coordinator's certificate by {@code tls}, for private authorities. */
  public static HttpTransport to(URI coordinator, SSLContext tls) {
    return new HttpTransport(requireProtected(requireAddress(coordinator)), tls);
  }

  /**
   * Accepts {@code http} to any host: for networks that are protected by other means, such as a
   * VPN.
   */
  public static HttpTransport insecurePlaintext(URI coordinator) {
    return new HttpTransport(requireAddress(coordinator), null);
  }

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    var watch = new ExchangeWatch(request, System::nanoTime);
    var relay = new ResponseRelay(receiver, watch);
    try {
      attemptTwice(request, relay, watch);
      hasAnswered = true;
    } catch (IOException failure) {
      throw new IOException(
          request.method()
              + " "
              + request.path()
              + " at "
              + coordinator
              + ": "
              + relay.failure().orElse(failure).getMessage(),
          failure);
    } finally {
      relay.detach();
    }
  }

  private void attemptTwice(TransportRequest request, ResponseRelay relay, ExchangeWatch watch)
      throws IOException, InterruptedException {
    boolean mayRepeat = hasAnswered && !request.method().equals("PUT");
    try {
      attempt(request, relay, watch);
    } catch (IOException failure) {
      if (!mayRepeat || relay.hasBegun() || !isClosing(failure)) {
        throw failure;
      }
      attempt(request, relay, watch);
    }
  }

  private void attempt(TransportRequest request, ResponseRelay relay, ExchangeWatch watch)
      throws IOException, InterruptedException {
    HttpClient open = client;
    if (open == null) {
      throw new IOException("the transport to " + coordinator + " is closed");
    }
    CompletableFuture<?> exchange = open.sendAsync(httpRequest(request, watch), relay::begin);
    try {
      await(exchange, watch);
    } finally {
      exchange.cancel(true);
    }
  }

  /** Whether the other end has closed or reset the connection; not whether it cannot be reached. */
  private static boolean isClosing(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return false;
      }
      if (cause instanceof EOFException
          || cause instanceof SocketException
          || cause instanceof ClosedChannelException) {
        return true;
      }
    }
    return false;
  }

  private static void await(CompletableFuture<?> exchange, ExchangeWatch watch)
      throws IOException, InterruptedException {
    while (true) {
      long nanosLeft = watch.nanosLeft();
      try {
        exchange.get(nanosLeft, TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException quiet) {
        // Bytes may have moved meanwhile: the watch decides, at the next turn, whether that was too
        // long.
      } catch (ExecutionException failed) {
        Throwable cause = failed.getCause();
        throw new IOException(describe(cause), cause);
      } catch (CancellationException closed) {
        throw new IOException("the exchange was cut off", closed);
      }
    }
  }

  private static String describe(@Nullable Throwable cause) {
    if (cause == null) {
      return "failed without a cause";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private HttpRequest httpRequest(TransportRequest request, ExchangeWatch watch) {
    RequestBody body = request.body();
    BodyPublisher publisher =
        body.lengthBytes() == 0
            ? BodyPublishers.noBody()
            : new WatchedPublisher(
                BodyPublishers.ofByteArray(body.buffer(), body.offset(), body.lengthBytes()),
                watch);
    var builder =
        HttpRequest.newBuilder(resolve(request.path())).method(request.method(), publisher);
    request.headers().forEach(builder::setHeader);
    return builder.build();
  }

  private URI resolve(String path) {
    String base = coordinator.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  /**
   * Stops workers at once. The selector thread stops at once from Java 21 on; on Java 17, whose
   * client cannot be closed, it stops when the collector finds the client unreachable.
   */
  @Override
  public void close() {
    HttpClient open = client;
    client = null;
    if (open instanceof AutoCloseable) {
      shutdownNow(open);
    }
    executor.shutdownNow();
  }

  private static void shutdownNow(HttpClient client) {
    try {
      MethodHandles.publicLookup()
          .findVirtual(HttpClient.class, "shutdownNow", MethodType.methodType(void.class))
          .invoke(client);
    } catch (Throwable impossible) {
      throw new IllegalStateException(
          "a closeable HttpClient has shutdownNow since Java 21", impossible);
    }
  }

  private static Thread daemon(Runnable task) {
    var thread = new Thread(task, "tributary-http-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }

  private static URI requireAddress(URI coordinator) {
    String scheme =
        coordinator.getScheme() == null ? "" : coordinator.getScheme().toLowerCase(Locale.ROOT);
    if (!Set.of("http", "https").contains(scheme) || coordinator.getHost() == null) {
      throw new IllegalArgumentException(
          "the coordinator's address must look like https://host[:port], not " + coordinator);
    }
    if (coordinator.getRawUserInfo() != null
        || coordinator.getRawQuery() != null
        || coordinator.getRawFragment() != null) {
      throw new IllegalArgumentException(
          "the coordinator's address takes no user, query or fragment");
    }
    return coordinator;
  }

  private static URI requireProtected(URI coordinator) {
    String host = coordinator.getHost().toLowerCase(Locale.ROOT);
    if (!isTls(coordinator)
        && !LOOPBACK_NAMES.contains(host)
        && !host.matches("127(\\.\\d{1,3}){3}")) {
      throw new IllegalArgumentException(
          "plain http to "
              + host
              + " would show tokens to the network: use https, or ask for insecure plaintext explicitly");
    }
    return coordinator;
  }

  private static boolean isTls(URI coordinator) {
    return "https".equalsIgnoreCase(coordinator.getScheme());
  }
}
