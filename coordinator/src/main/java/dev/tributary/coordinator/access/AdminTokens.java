package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.TokenHash;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The tokens that let an operator in. Kept as SHA-256 hashes only; the clear text of the first one
 * is written once, to a file that only its owner can read, and is not needed there once the
 * operator has taken it away. Any thread.
 */
public final class AdminTokens {

  public static final String FILE_NAME = "admin-token";

  private final List<TokenHash> accepted;

  private AdminTokens(List<TokenHash> accepted) {
    this.accepted = List.copyOf(accepted);
  }

  /**
   * Reads the hashes from the state, or makes the first token when there is none. Blocks: for
   * starting up.
   *
   * @param given a token that the operator brings along, accepted beside the stored ones while this
   *     process runs
   * @throws IOException when the first token cannot be written to its file
   */
  public static AdminTokens open(
      StateStore database,
      Path stateDirectory,
      Optional<BearerToken> given,
      SecureRandom random,
      Instant now)
      throws IOException {
    List<TokenHash> hashes = new ArrayList<>(stored(database));
    if (hashes.isEmpty() && given.isEmpty()) {
      hashes.add(createFirst(database, stateDirectory, random, now));
    }
    given.map(BearerToken::hash).ifPresent(hashes::add);
    return new AdminTokens(hashes);
  }

  /**
   * Lets an operator in.
   *
   * @throws RejectedException BAD_TOKEN
   */
  public void check(String text) throws RejectedException {
    boolean matches = false;
    try {
      TokenHash presented = BearerToken.of(text).hash();
      for (TokenHash hash : accepted) {
        matches |= hash.equals(presented); // constant time, and no early way out
      }
    } catch (IllegalArgumentException e) {
      matches = false;
    }
    if (!matches) {
      throw new RejectedException(
          RejectReason.BAD_TOKEN, "the token is not an admin token of this coordinator");
    }
  }

  private static List<TokenHash> stored(StateStore database) {
    return database.readNow(
        connection -> {
          List<TokenHash> hashes = new ArrayList<>();
          try (var query = connection.prepareStatement("select token_hash from admin_tokens");
              var rows = query.executeQuery()) {
            while (rows.next()) {
              hashes.add(TokenHash.ofHex(rows.getString(1)));
            }
          }
          return hashes;
        });
  }

  /**
   * The file comes first: a crash in between leaves a token that opens nothing, and the next start
   * makes another.
   */
  private static TokenHash createFirst(
      StateStore database, Path stateDirectory, SecureRandom random, Instant now)
      throws IOException {
    BearerToken token = BearerToken.random(random);
    Path file = stateDirectory.resolve(FILE_NAME);
    Files.deleteIfExists(file);
    String line = token.text(InsecureSecretAccess.get()) + "\n";
    OwnerOnlyFile.replace(file, line.getBytes(StandardCharsets.US_ASCII));
    TokenHash hash = token.hash();
    Reply.await(
        database.write(
            connection -> {
              try (var insert =
                  connection.prepareStatement(
                      "insert into admin_tokens(token_hash, created_at) values (?, ?)")) {
                insert.setString(1, hash.toString());
                insert.setLong(2, now.toEpochMilli());
                return insert.executeUpdate();
              }
            }));
    return hash;
  }
}
