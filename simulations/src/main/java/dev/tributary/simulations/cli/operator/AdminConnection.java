package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.security.secret.OwnerOnlyFile;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say which coordinator is asked and as whom, and the asking. One thread. */
public final class AdminConnection {

  public static final String JSON = "application/json";
  static final String YAML = "application/yaml";

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(60);
  private static final Duration LONG_LIMIT = Duration.ofMinutes(30);
  private static final int SLOWEST_BYTES_PER_MILLI = 20;
  private static final Set<String> LOOPBACK_NAMES = Set.of("localhost", "[::1]");
  private static final int LARGEST_TOKEN_FILE_BYTES = 1024;
  private static final int NOT_FOUND = 404;
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Option(
      names = "--coordinator",
      paramLabel = "URL",
      defaultValue = "${env:TRIBUTARY_COORDINATOR:-http://127.0.0.1:8080}",
      description =
          "Address of the coordinator (default: $TRIBUTARY_COORDINATOR, or http://127.0.0.1:8080).")
  private URI coordinator = URI.create("http://127.0.0.1:8080");

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description =
          "Admin token (default: $TRIBUTARY_ADMIN_TOKEN). Other users of this machine can see"
              + " arguments: prefer the variable or --token-file.")
  private @Nullable String token;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "File with the admin token, such as admin-token in the coordinator's state folder.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "PEM certificate to trust for https, when it is not one of a public authority.")
  private @Nullable Path authority;

  @Option(
      names = "--insecure-plaintext",
      description = "Allow http to other machines: the token can be read on the way.")
  private boolean insecurePlaintext;

  public JsonNode get(String path) throws InterruptedException {
    return json(send(request(path).GET().timeout(ANSWER_LIMIT).build()));
  }

  /** As {@link #get}, or nothing when the coordinator says that there is nothing there. */
  public Optional<JsonNode> find(String path) throws InterruptedException {
    HttpResponse<String> answer =
        answered(
            request(path).GET().timeout(ANSWER_LIMIT).build(),
            status -> isSuccess(status) || status == NOT_FOUND,
            BodyHandlers.ofString());
    return answer.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(json(answer));
  }

  public JsonNode post(String path, String contentType, String body) throws InterruptedException {
    return post(path, contentType, body, ANSWER_LIMIT);
  }

  /** Posts what the coordinator makes and measures files for before it answers. */
  public JsonNode postLong(String path, String contentType, String body)
      throws InterruptedException {
    return post(path, contentType, body, LONG_LIMIT);
  }

  private JsonNode post(String path, String contentType, String body, Duration limit)
      throws InterruptedException {
    return json(
        send(
            request(path)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofString(body))
                .timeout(limit)
                .build()));
  }

  /**
   * Posts a file.
   *
   * @param headers names and values by turns
   */
  public JsonNode postFile(String path, byte[] file, List<String> headers)
      throws InterruptedException {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/octet-stream")
            .POST(BodyPublishers.ofByteArray(file))
            .timeout(ANSWER_LIMIT.plusMillis(file.length / SLOWEST_BYTES_PER_MILLI));
    for (int i = 0; i < headers.size(); i += 2) {
      request.header(headers.get(i), headers.get(i + 1));
    }
    return json(send(request.build()));
  }

  /** Posts what is answered without a document. */
  public void postForNothing(String path, String contentType, String body)
      throws InterruptedException {
    send(
        request(path)
            .header("Content-Type", contentType)
            .POST(BodyPublishers.ofString(body))
            .timeout(ANSWER_LIMIT)
            .build());
  }

  /** The lines of a response that goes on until either side ends it. */
  Stream<String> lines(String path) throws InterruptedException {
    return answered(request(path).GET().build(), BodyHandlers.ofLines()).body();
  }

  /** The body of a file, to be closed by the caller. */
  public InputStream stream(String path) throws InterruptedException {
    return answered(request(path).GET().build(), BodyHandlers.ofInputStream()).body();
  }

  private HttpRequest.Builder request(String path) {
    requireProtected();
    String base = coordinator.toString();
    try {
      return HttpRequest.newBuilder(
              URI.create(
                  base.endsWith("/") ? base.substring(0, base.length() - 1) + path : base + path))
          .header("Authorization", "Bearer " + token());
    } catch (IllegalArgumentException e) {
      throw CommandFailedException.wrongUsage(
          "--coordinator '" + base + "' is no http or https address");
    }
  }

  /** As the device SDK does: over plain http a token goes no further than this machine. */
  private void requireProtected() {
    String host = coordinator.getHost();
    if ("http".equalsIgnoreCase(coordinator.getScheme())
        && host != null
        && !insecurePlaintext
        && !LOOPBACK_NAMES.contains(host.toLowerCase(Locale.ROOT))
        && !host.matches("127(\\.\\d{1,3}){3}")) {
      throw CommandFailedException.wrongUsage(
          "plain http to "
              + host
              + " would show the admin token to the network: use https, or --insecure-plaintext"
              + " where the network is protected by other means");
    }
  }

  private String token() {
    if (token != null && tokenFile != null) {
      throw CommandFailedException.wrongUsage("--token and --token-file exclude each other");
    }
    if (tokenFile != null) {
      try {
        return new String(
                OwnerOnlyFile.read(tokenFile, LARGEST_TOKEN_FILE_BYTES), StandardCharsets.US_ASCII)
            .strip();
      } catch (IOException e) {
        throw CommandFailedException.wrongUsage(
            "--token-file "
                + tokenFile
                + " cannot be read: "
                + (Files.exists(tokenFile) ? e.getMessage() : "it does not exist"));
      }
    }
    String given = token != null ? token : System.getenv("TRIBUTARY_ADMIN_TOKEN");
    if (given == null || !given.strip().matches("[\\x21-\\x7e]+")) {
      throw CommandFailedException.wrongUsage(
          "no admin token: give --token-file FILE, --token TOKEN or $TRIBUTARY_ADMIN_TOKEN; a"
              + " coordinator writes its first one to admin-token in its state folder");
    }
    return given.strip();
  }

  private HttpResponse<String> send(HttpRequest request) throws InterruptedException {
    return answered(request, BodyHandlers.ofString());
  }

  private static boolean isSuccess(int status) {
    return status / 100 == 2;
  }

  private <T> HttpResponse<T> answered(HttpRequest request, HttpResponse.BodyHandler<T> body)
      throws InterruptedException {
    return answered(request, AdminConnection::isSuccess, body);
  }

  /**
   * The response, when its status is expected; otherwise what the problem document says, with its
   * exit code.
   */
  private <T> HttpResponse<T> answered(
      HttpRequest request, IntPredicate expected, HttpResponse.BodyHandler<T> body)
      throws InterruptedException {
    HttpResponse<T> answer;
    HttpClient client = client();
    try {
      answer =
          client.send(
              request,
              info ->
                  expected.test(info.statusCode())
                      ? body.apply(info)
                      : HttpResponse.BodySubscribers.mapping(
                          HttpResponse.BodySubscribers.ofString(StandardCharsets.UTF_8),
                          text -> {
                            throw new ProblemAnswer(info.statusCode(), text);
                          }));
    } catch (IOException e) {
      if (problemIn(e) instanceof ProblemAnswer problem) {
        throw problem.asFailure();
      }
      throw CommandFailedException.unreachable(
          "the coordinator at " + coordinator + " cannot be reached: " + describe(e));
    }
    return answer;
  }

  private static @Nullable Throwable problemIn(Throwable failure) {
    Throwable cause = failure;
    while (cause != null && !(cause instanceof ProblemAnswer)) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static String describe(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private HttpClient client() {
    HttpClient.Builder builder =
        HttpClient.newBuilder().connectTimeout(CONNECT_LIMIT).version(HttpClient.Version.HTTP_1_1);
    return (authority == null ? builder : builder.sslContext(trusting(authority))).build();
  }

  private static SSLContext trusting(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int index = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("ca-" + index++, certificate);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw CommandFailedException.wrongUsage(
          "--ca " + file + " holds no usable certificate: " + e.getMessage());
    }
  }

  private static JsonNode json(HttpResponse<String> answer) {
    try {
      return MAPPER.readTree(answer.body());
    } catch (JsonProcessingException e) {
      throw CommandFailedException.failed("the answer is no JSON: is this a coordinator?");
    }
  }

  /** A name as a segment of a path; what could be anything else there is refused. */
  public static String segment(String name) {
    if (!name.matches("[A-Za-z0-9._-]{1,128}") || name.startsWith(".")) {
      throw CommandFailedException.wrongUsage(
          "'" + name + "' is no name: expected letters, digits, dots and hyphens, at most 128");
    }
    return name;
  }
}
