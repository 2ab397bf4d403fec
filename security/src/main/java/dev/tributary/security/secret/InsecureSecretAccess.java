package dev.tributary.security.secret;

/**
 * The token against which a secret gives its bytes away. It protects nothing by itself: it makes
 * every place where a secret leaves its container one that a search for {@code
 * InsecureSecretAccess.get()} finds.
 */
public final class InsecureSecretAccess {

  private static final InsecureSecretAccess ACCESS = new InsecureSecretAccess();

  private InsecureSecretAccess() {}

  /** The token. Whoever calls this answers for where the bytes go. */
  public static InsecureSecretAccess get() {
    return ACCESS;
  }
}
