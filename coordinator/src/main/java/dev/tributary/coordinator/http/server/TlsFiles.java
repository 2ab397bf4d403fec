package dev.tributary.coordinator.http.server;

import io.vertx.core.net.PemKeyCertOptions;
import java.nio.file.Path;

/**
 * The PEM files TLS is served from.
 *
 * @param certificate the certificate chain, leaf first
 * @param privateKey its PKCS#8 private key, readable by the owner only
 */
public record TlsFiles(Path certificate, Path privateKey) {

  /** Both, as servers take them. */
  public PemKeyCertOptions keyAndCertificate() {
    return new PemKeyCertOptions()
        .addCertPath(certificate.toString())
        .addKeyPath(privateKey.toString());
  }
}
