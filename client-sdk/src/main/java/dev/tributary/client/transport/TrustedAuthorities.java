package dev.tributary.client.transport;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates that a device trusts in place of the platform's, for coordinators with a private
 * authority.
 */
public final class TrustedAuthorities {

  private TrustedAuthorities() {}

  /**
   * Trusts exactly the certificates of a PEM file: an authority's, or a coordinator's own
   * self-signed one.
   *
   * @throws IOException when the file cannot be read or holds no certificate
   */
  public static SSLContext fromPem(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      var trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int count = 0;
      for (Certificate certificate :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + count++, certificate);
      }
      if (count == 0) {
        throw new IOException(file + " holds no certificate in PEM form");
      }
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      var context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException(
          file + " holds no usable certificate: " + unusable.getMessage(), unusable);
    }
  }
}
