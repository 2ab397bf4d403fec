package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.store.StateStore;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.TokenHash;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The tokens that let new devices enrol in a population, a limited number of times until they
 * expire. Kept as hashes only. Any thread.
 */
public final class EnrolmentTokens {

  public static final int MOST_USES = 10_000_000;
  public static final Duration LONGEST_LIFE = Duration.ofDays(3660);

  private final StateStore database;
  private final InstantSource clock;
  private final SecureRandom random;

  public EnrolmentTokens(StateStore database, InstantSource clock, SecureRandom random) {
    this.database = database;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a token; this is the only time its text is known.
   *
   * @param uses enrolments it is good for, 1..{@value #MOST_USES}
   * @param life positive, at most {@link #LONGEST_LIFE}
   * @return fails with {@link RejectedException} UNKNOWN_POPULATION or FIELD_OUT_OF_RANGE
   */
  public Future<IssuedToken> create(PopulationName population, int uses, Duration life) {
    if (uses < 1 || uses > MOST_USES) {
      return Future.failedFuture(
          new RejectedException(
              RejectReason.FIELD_OUT_OF_RANGE, "uses is " + uses + "; expected 1.." + MOST_USES));
    }
    if (!life.isPositive() || life.compareTo(LONGEST_LIFE) > 0) {
      return Future.failedFuture(
          new RejectedException(
              RejectReason.FIELD_OUT_OF_RANGE,
              "life is " + life.toSeconds() + " s; expected 1.." + LONGEST_LIFE.toSeconds()));
    }
    BearerToken token = BearerToken.random(random);
    String hash = token.hash().toString();
    Instant now = clock.instant();
    Instant expiry = now.plus(life);
    return database
        .write(connection -> insert(connection, hash, population, uses, now, expiry))
        .compose(
            inserted ->
                inserted
                    ? Future.succeededFuture(new IssuedToken(token, population, uses, expiry))
                    : Future.failedFuture(unknown(population)));
  }

  static RejectedException unknown(PopulationName population) {
    return new RejectedException(
        RejectReason.UNKNOWN_POPULATION, "there is no population '" + population + "'");
  }

  private static boolean insert(
      Connection connection,
      String hash,
      PopulationName population,
      int uses,
      Instant now,
      Instant expiry)
      throws SQLException {
    try (var insert =
        connection.prepareStatement(
            "insert into enrolment_tokens(token_hash, population, uses_left, created_at,"
                + " expires_at) select ?, name, ?, ?, ? from populations where name = ?")) {
      insert.setString(1, hash);
      insert.setInt(2, uses);
      insert.setLong(3, now.toEpochMilli());
      insert.setLong(4, expiry.toEpochMilli());
      insert.setString(5, population.toString());
      return insert.executeUpdate() == 1;
    }
  }

  /** How a use of a token went; repeated is what was taken before by the same device. */
  enum Use {
    TAKEN,
    REPEATED,
    UNKNOWN,
    EXPIRED,
    OTHER_POPULATION
  }

  /**
   * Takes one use, inside the transaction that enrols the device. A token that is used up counts as
   * expired.
   */
  static Use take(Connection connection, TokenHash hash, PopulationName population, Instant now)
      throws SQLException {
    try (var query =
        connection.prepareStatement(
            "select population, uses_left, expires_at from enrolment_tokens where token_hash ="
                + " ?")) {
      query.setString(1, hash.toString());
      try (var row = query.executeQuery()) {
        if (!row.next()) {
          return Use.UNKNOWN;
        }
        if (!row.getString(1).equals(population.toString())) {
          return Use.OTHER_POPULATION;
        }
        if (row.getInt(2) < 1 || row.getLong(3) <= now.toEpochMilli()) {
          return Use.EXPIRED;
        }
      }
    }
    try (var update =
        connection.prepareStatement(
            "update enrolment_tokens set uses_left = uses_left - 1 where token_hash = ?")) {
      update.setString(1, hash.toString());
      update.executeUpdate();
    }
    return Use.TAKEN;
  }
}
