package dev.tributary.coordinator.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.OpenSsl;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Both versions of HTTP, with and without TLS. */
@Timeout(60)
final class TlsHttpTest {

  private static final Path FILES = Path.of("src", "test", "resources", "tls");

  @Test
  void withTls_http2IsNegotiated_andHttp11ServedToo(@TempDir Path folder) throws Exception {
    try (RunningCoordinator coordinator =
        RunningCoordinator.start(
            folder,
            "tls.certificate=" + FILES.resolve("certificate.pem"),
            "tls.privateKey=" + FILES.resolve("key.pem"))) {
      assertThat(coordinator.coordinator.uri().getScheme()).isEqualTo("https");
      assertServes(coordinator, trusting(), HttpClient.Version.HTTP_2);
      assertServes(coordinator, trusting(), HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  void withoutTls_http2IsReachedByUpgrade(@TempDir Path folder) throws Exception {
    try (RunningCoordinator coordinator = RunningCoordinator.start(folder)) {
      assertServes(coordinator, SSLContext.getDefault(), HttpClient.Version.HTTP_2);
      assertServes(coordinator, SSLContext.getDefault(), HttpClient.Version.HTTP_1_1);
    }
  }

  @Test
  void uploadOverHttp2_isCounted(@TempDir Path folder) throws Exception {
    try (RunningCoordinator coordinator = RunningCoordinator.start(folder);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
      TestDevice device = coordinator.device();
      http.send(
          HttpRequest.newBuilder(coordinator.uri("/health/live")).build(),
          BodyHandlers.discarding());
      HttpResponse<byte[]> answer =
          http.send(
              device.upload("a".repeat(32), Answers.vector(1), 0).build(),
              BodyHandlers.ofByteArray());
      assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(coordinator.desks.sum.uploads()).isEqualTo(1);
    }
  }

  @Test
  void openSsl_isThereToBeUsed() {
    assertThat(OpenSsl.isAvailable() || !System.getProperty("os.name").contains("Linux")).isTrue();
  }

  private static void assertServes(
      RunningCoordinator coordinator, SSLContext tls, HttpClient.Version version) throws Exception {
    try (HttpClient http = HttpClient.newBuilder().sslContext(tls).version(version).build()) {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(coordinator.uri("/health/live")).build(),
              BodyHandlers.ofString());
      assertThat(answer.version()).isEqualTo(version);
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  private static SSLContext trusting() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(FILES.resolve("certificate.pem"))) {
      trusted.setCertificateEntry(
          "self", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }
}
