package dev.tributary.simulations.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.FederatedClient;
import dev.tributary.client.FederatedClientBuilder;
import dev.tributary.client.ParticipationOutcome.ToldToWait;
import dev.tributary.client.ParticipationOutcome.Unavailable;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.TrustedAuthorities;
import dev.tributary.coordinator.ops.Coordinator;
import dev.tributary.coordinator.ops.CoordinatorConfig;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.security.secret.InsecureSecretAccess;
import io.vertx.core.Future;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices and a coordinator with a certificate that no platform knows. */
@Timeout(60)
class DevicesOverTlsTest {

  private static final PopulationName POPULATION = new PopulationName("testers");

  @TempDir Path folder;
  private Path certificate;
  private Coordinator coordinator;
  private String token;

  @BeforeEach
  void startCoordinator() throws Exception {
    certificate = selfSigned("coordinator");
    coordinator =
        await(
            Coordinator.start(
                CoordinatorConfig.in(
                    folder.resolve("coordinator"),
                    "listen.port=0",
                    "tls.certificate=" + certificate,
                    "tls.privateKey=" + folder.resolve("coordinator.key")),
                ModelEvaluator.none()));
    await(coordinator.operators().createPopulation(POPULATION));
    token =
        await(coordinator.createEnrolmentToken(POPULATION, 10, Duration.ofHours(1)))
            .token()
            .text(InsecureSecretAccess.get());
  }

  @AfterEach
  void stop() throws Exception {
    await(coordinator.close());
  }

  private static <T> T await(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  /** NAME.pem and NAME.key, for 127.0.0.1. */
  private Path selfSigned(String name) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    var subject = new X500Name("CN=" + name);
    Instant now = Instant.now();
    var builder =
        new JcaX509v3CertificateBuilder(
            subject,
            BigInteger.ONE,
            Date.from(now.minusSeconds(3600)),
            Date.from(now.plusSeconds(3600)),
            subject,
            keys.getPublic());
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
    byte[] encoded =
        builder
            .build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
            .getEncoded();
    pem(folder.resolve(name + ".key"), "PRIVATE KEY", keys.getPrivate().getEncoded());
    return pem(folder.resolve(name + ".pem"), "CERTIFICATE", encoded);
  }

  private static Path pem(Path file, String label, byte[] content) throws IOException {
    return Files.writeString(
        file,
        "-----BEGIN "
            + label
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
            + "\n-----END "
            + label
            + "-----\n");
  }

  private FederatedClientBuilder device() {
    return FederatedClient.builder()
        .coordinator(coordinator.uri())
        .population("testers")
        .enrolmentToken(token)
        .stateDirectory(folder.resolve("device"))
        .examples(() -> Examples.of(new float[2], 2, new int[1]));
  }

  @Test
  void deviceThatTrustsTheCertificate_takesPart() throws Exception {
    assertThat(coordinator.uri().getScheme()).isEqualTo("https");
    try (var transport =
            HttpTransport.to(coordinator.uri(), TrustedAuthorities.fromPem(certificate));
        var client = device().transport(transport).build()) {
      assertThat(client.participate()).isInstanceOf(ToldToWait.class);
    }
  }

  @Test
  void deviceThatDoesNot_sendsNothing() throws Exception {
    try (var client = device().build()) {
      assertThat(client.participate())
          .isInstanceOfSatisfying(
              Unavailable.class, outcome -> assertThat(outcome.permanent()).isFalse());
    }
    Path other = selfSigned("other");
    try (var transport = HttpTransport.to(coordinator.uri(), TrustedAuthorities.fromPem(other));
        var client = device().transport(transport).build()) {
      assertThat(client.participate()).isInstanceOf(Unavailable.class);
    }
  }

  @Test
  void fileWithoutACertificate_isAnErrorThatNamesIt() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    assertThatThrownBy(() -> TrustedAuthorities.fromPem(empty)).hasMessageContaining("empty.pem");
    Path key = folder.resolve("coordinator.key");
    assertThatThrownBy(() -> TrustedAuthorities.fromPem(key)).isInstanceOf(IOException.class);
  }
}
