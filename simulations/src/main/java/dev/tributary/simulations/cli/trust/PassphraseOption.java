package dev.tributary.simulations.cli.trust;

import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import java.io.Console;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * Where a passphrase comes from: an environment variable, or the terminal. Never an argument, which
 * everybody on the machine can read.
 */
final class PassphraseOption {

  @Option(
      names = "--passphrase-env",
      paramLabel = "NAME",
      defaultValue = "TRIBUTARY_PASSPHRASE",
      description =
          "Environment variable with the passphrase (default TRIBUTARY_PASSPHRASE); without it the"
              + " terminal is asked.")
  private String variable;

  /** The passphrase of a key that there is. */
  SecretBytes read(String file) {
    return read(file, false);
  }

  /** The passphrase of a key that is to be made: a terminal is asked twice. */
  SecretBytes choose(String file) {
    return read(file, true);
  }

  private SecretBytes read(String file, boolean twice) {
    String given = System.getenv(variable);
    if (given != null) {
      return secret(given.toCharArray());
    }
    Console console =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(
                () ->
                    CommandFailedException.wrongUsage(
                        "there is no terminal to ask for a passphrase; set the environment variable "
                            + variable));
    SecretBytes first = asked(console, "Passphrase of " + file + ": ");
    if (twice && !first.equals(asked(console, "The same again: "))) {
      throw CommandFailedException.wrongUsage("the two passphrases differ; nothing was made");
    }
    return first;
  }

  private static SecretBytes asked(Console console, String prompt) {
    char[] typed = console.readPassword("%s", prompt);
    if (typed == null) {
      throw CommandFailedException.wrongUsage("no passphrase was typed");
    }
    return secret(typed);
  }

  private static SecretBytes secret(char[] typed) {
    ByteBuffer encoded = StandardCharsets.UTF_8.encode(CharBuffer.wrap(typed));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    try {
      return SecretBytes.copyOf(bytes, InsecureSecretAccess.get());
    } finally {
      Arrays.fill(typed, ' ');
      Arrays.fill(bytes, (byte) 0);
      encoded.clear();
      encoded.put(new byte[encoded.remaining()]);
    }
  }
}
