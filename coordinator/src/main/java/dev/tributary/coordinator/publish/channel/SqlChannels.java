package dev.tributary.coordinator.publish.channel;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.coordinator.store.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The SQL about channels. Runs on threads of the store. */
final class SqlChannels {
  private static final String SELECT =
      "select population, name, release, rollout, changes from channels ";

  private SqlChannels() {}

  static Optional<Channel> find(Connection connection, ChannelKey name) throws SQLException {
    List<Channel> found =
        Sql.list(
            connection,
            SELECT + "where population = ? and name = ?",
            SqlChannels::channel,
            name.population().text(),
            name.name().text());
    return withVersions(connection, found).stream().findFirst();
  }

  static List<Channel> all(Connection connection) throws SQLException {
    return withVersions(
        connection,
        Sql.list(connection, SELECT + "order by population, name", SqlChannels::channel));
  }

  /** After the rows of the channels are read: two results are never open on one connection. */
  private static List<Channel> withVersions(Connection connection, List<Channel> channels)
      throws SQLException {
    List<Channel> all = new ArrayList<>();
    for (Channel channel : channels) {
      Map<FileDigest, ModelDigest> versions = new HashMap<>();
      for (FileDigest manifest : manifests(channel)) {
        Sql.list(
                connection,
                "select version from manifests where digest = ?",
                rows -> new ModelDigest(rows.getString(1)),
                manifest.hex())
            .forEach(version -> versions.put(manifest, version));
      }
      all.add(
          new Channel(
              channel.name(), channel.release(), channel.rollout(), channel.changes(), versions));
    }
    return all;
  }

  private static List<FileDigest> manifests(Channel channel) {
    return Stream.concat(
            channel.release().stream(), channel.rollout().map(Rollout::manifest).stream())
        .toList();
  }

  /** The channel as it is now, and the one line of history that made it so. */
  static void put(Connection connection, Channel channel, ChannelChange change)
      throws SQLException {
    Sql.update(
        connection,
        "insert into channels(population, name, release, rollout, changes) values(?, ?, ?, ?, ?)"
            + " on conflict(population, name) do update set release = excluded.release,"
            + " rollout = excluded.rollout, changes = excluded.changes",
        channel.name().population().text(),
        channel.name().name().text(),
        channel.release().map(FileDigest::hex).orElse(""),
        channel.rollout().map(RolloutJson::write).orElse(""),
        channel.changes());
    Sql.update(
        connection,
        "insert into channel_history(population, name, sequence, at, actor, action, manifest,"
            + " reason, version) values(?, ?, ?, ?, ?, ?, ?, ?,"
            + " coalesce((select version from manifests where digest = ?), ''))",
        channel.name().population().text(),
        channel.name().name().text(),
        change.sequence(),
        change.at().toEpochMilli(),
        change.actor(),
        change.action().name(),
        change.manifest().hex(),
        change.reason(),
        change.manifest().hex());
  }

  /** What the last review said: no line of history, because nothing changed for the devices. */
  static void putStanding(Connection connection, Channel channel) throws SQLException {
    Sql.update(
        connection,
        "update channels set rollout = ? where population = ? and name = ?",
        channel.rollout().map(RolloutJson::write).orElse(""),
        channel.name().population().text(),
        channel.name().name());
  }

  /** The versions that were the release, the newest first, each once. */
  static List<FileDigest> releases(Connection connection, ChannelKey name, int limit)
      throws SQLException {
    return Sql.list(
        connection,
        "select manifest, max(sequence) from channel_history where population = ? and name = ?"
            + " and (action = ? or action = ? and manifest in (select manifest from"
            + " channel_history where population = ? and name = ? and action = ?))"
            + " group by manifest order by max(sequence) desc limit ?",
        rows -> new FileDigest(rows.getString(1)),
        name.population().text(),
        name.name().text(),
        ChannelChange.Action.RELEASED.name(),
        ChannelChange.Action.ROLLED_BACK.name(),
        name.population().text(),
        name.name().text(),
        ChannelChange.Action.RELEASED.name(),
        limit);
  }

  /** The newest first. */
  static List<ChannelChange> history(Connection connection, ChannelKey name, int limit)
      throws SQLException {
    return Sql.list(
        connection,
        "select sequence, at, actor, action, manifest, version, reason from channel_history"
            + " where population = ? and name = ? order by sequence desc limit ?",
        rows ->
            new ChannelChange(
                name,
                rows.getLong(1),
                Instant.ofEpochMilli(rows.getLong(2)),
                rows.getString(3),
                ChannelChange.Action.valueOf(rows.getString(4)),
                new FileDigest(rows.getString(5)),
                Optional.of(rows.getString(6))
                    .filter(kept -> !kept.isEmpty())
                    .map(ModelDigest::new),
                rows.getString(7)),
        name.population().text(),
        name.name().text(),
        limit);
  }

  static boolean hadVersion(Connection connection, ChannelKey name, ModelDigest version)
      throws SQLException {
    return !Sql.list(
            connection,
            "select 1 from channel_history where population = ? and name = ? and version = ?"
                + " limit 1",
            rows -> rows.getInt(1),
            name.population().text(),
            name.name().text(),
            version.hex())
        .isEmpty();
  }

  private static Channel channel(ResultSet rows) throws SQLException {
    String release = rows.getString(3);
    String rollout = rows.getString(4);
    return new Channel(
        new ChannelKey(new PopulationName(rows.getString(1)), new ChannelName(rows.getString(2))),
        release.isEmpty() ? Optional.empty() : Optional.of(new FileDigest(release)),
        rollout.isEmpty() ? Optional.empty() : Optional.of(RolloutJson.read(rollout)),
        rows.getLong(5),
        Map.of());
  }
}
