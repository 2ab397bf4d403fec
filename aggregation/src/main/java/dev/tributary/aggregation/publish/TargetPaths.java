package dev.tributary.aggregation.publish;

import dev.tributary.aggregation.protocol.PopulationName;

/** Where the files of a population lie among the targets of a repository. */
public final class TargetPaths {

  private TargetPaths() {}

  /** {@code POPULATION/channels/NAME.json}. */
  public static String channel(PopulationName population, ChannelName channel) {
    return population + "/channels/" + channel + ".json";
  }

  /** {@code POPULATION/manifests/SHA256.json}. */
  public static String manifest(PopulationName population, FileDigest manifest) {
    return population + "/manifests/" + manifest + ".json";
  }

  /** {@code POPULATION/artifacts/SHA256}. */
  public static String artifact(PopulationName population, FileDigest artifact) {
    return population + "/artifacts/" + artifact;
  }

  /** {@code POPULATION/deltas/SHA256}. */
  public static String delta(PopulationName population, FileDigest delta) {
    return population + "/deltas/" + delta;
  }
}
