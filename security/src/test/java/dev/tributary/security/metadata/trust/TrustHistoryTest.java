package dev.tributary.security.metadata.trust;

import static dev.tributary.security.metadata.MetadataKeys.ROOT_1;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_2;
import static dev.tributary.security.metadata.MetadataKeys.firstRoot;
import static dev.tributary.security.metadata.MetadataKeys.signed;
import static dev.tributary.security.metadata.MetadataKeys.signer;
import static dev.tributary.security.metadata.trust.Outcomes.by;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.metadata.MetaFile;
import dev.tributary.security.metadata.MetadataKeys;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.RootMetadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.SnapshotMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.TargetsMetadata;
import dev.tributary.security.metadata.TimestampMetadata;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineSigners;
import dev.tributary.security.metadata.signing.RootPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.Size;

/**
 * Whatever a mirror serves of what the repository ever signed, in whatever order: a device goes
 * forward or stays, and believes nothing that was not published as one.
 */
class TrustHistoryTest {

  private static final List<MetadataRole> ONLINE_ROLES =
      List.of(MetadataRole.TARGETS, MetadataRole.SNAPSHOT, MetadataRole.TIMESTAMP);

  /** What happens next; {@code pick} and {@code other} choose among what there is. */
  record Step(Kind kind, int pick, int other) {}

  enum Kind {
    PUBLISH,
    REFRESH,
    ROTATE,
    WAIT,
    /** The mirror serves an earlier file under a name of now. */
    REPLAY,
    /** The mirror serves a file as it was at an earlier time, or loses it. */
    MIX,
    FLIP,
    /** The mirror serves files of its own, newer than all, signed by a key of its own. */
    FORGE,
    /** The mirror serves what the repository has. */
    HONEST,
    UPDATE,
    RESTART
  }

  @Provide
  Arbitrary<Step> steps() {
    Arbitrary<Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(4, Kind.PUBLISH),
            Tuple.of(2, Kind.REFRESH),
            Tuple.of(2, Kind.ROTATE),
            Tuple.of(2, Kind.WAIT),
            Tuple.of(5, Kind.REPLAY),
            Tuple.of(4, Kind.MIX),
            Tuple.of(1, Kind.FLIP),
            Tuple.of(2, Kind.FORGE),
            Tuple.of(5, Kind.HONEST),
            Tuple.of(10, Kind.UPDATE),
            Tuple.of(2, Kind.RESTART));
    return Combinators.combine(
            kinds, Arbitraries.integers().between(0, 999), Arbitraries.integers().between(0, 999))
        .as(Step::new);
  }

  /**
   * One world: repository, mirror, device, and an oracle that only remembers what was published.
   */
  private static final class World {
    private final Mirror mirror = Mirror.under(firstRoot());
    private final List<Map<String, byte[]>> times = new ArrayList<>();
    private final Map<Long, Optional<TargetFile>> publishedByVersion = new HashMap<>();
    private final Set<List<Long>> publishedTogether = new HashSet<>();
    private SignedMetadata<RootMetadata> root = firstRoot();
    private TrustedMetadata device = TrustedMetadata.startingFrom(firstRoot());
    private final Map<String, byte[]> honest = new HashMap<>();
    private int keys = 100;
    private long highestTargets;
    private boolean isHonest = true;

    World() {
      remember();
    }

    void run(Step step) throws DamagedTrustException {
      switch (step.kind) {
        case PUBLISH -> {
          mirror.publish("content " + times.size());
          remember();
        }
        case REFRESH -> {
          mirror.refresh();
          remember();
        }
        case ROTATE -> rotate(ONLINE_ROLES.get(step.pick % ONLINE_ROLES.size()));
        case WAIT -> mirror.now = mirror.now.plus(Duration.ofHours(step.pick % 40));
        case REPLAY -> replay(step);
        case MIX -> mix(step);
        case FLIP -> flip(step);
        case FORGE -> forge(1 + step.pick % 50);
        case HONEST -> serveHonest();
        case UPDATE -> update();
        case RESTART -> device = TrustFile.decode(firstRoot(), TrustFile.encode(device));
      }
    }

    /** What was served between two publications by an attacker stays served, unless it is new. */
    private void remember() {
      honest.putAll(mirror.repository.files());
      times.add(new HashMap<>(honest));
      publishedTogether.add(
          List.of(
              mirror.repository.timestamp().metadata().version(),
              mirror.repository.snapshot().metadata().version(),
              mirror.repository.targets().metadata().version()));
      publishedByVersion.put(
          mirror.repository.targets().metadata().version(),
          mirror.repository.targets().metadata().find("model"));
    }

    private void serveHonest() {
      mirror.files.clear();
      mirror.files.putAll(honest);
      isHonest = true;
    }

    private void rotate(MetadataRole role) {
      MetadataSigner fresh = signer(keys++ % 128);
      RootPlan plan =
          RootPlan.after(root.metadata(), MetadataKeys.FAR).withOnly(role, List.of(fresh.key()));
      root = signed(plan, Optional.of(root), ROOT_1, ROOT_2);
      Map<MetadataRole, List<MetadataSigner>> signers = new HashMap<>(mirror.signers.byRole());
      signers.put(role, List.of(fresh));
      mirror.rotate(root, new OnlineSigners(signers));
      remember();
    }

    private void replay(Step step) {
      Map<String, byte[]> time = times.get(step.pick % times.size());
      String source = name(time, step.other);
      mirror.files.put(name(mirror.files, step.pick + step.other), time.get(source));
      isHonest = false;
    }

    private void mix(Step step) {
      Map<String, byte[]> time = times.get(step.pick % times.size());
      String name = name(honest, step.other);
      byte[] then = time.get(name);
      if (then == null) {
        mirror.files.remove(name);
      } else {
        mirror.files.put(name, then);
      }
      isHonest = false;
    }

    private void flip(Step step) {
      String name = name(mirror.files, step.pick);
      byte[] file = mirror.files.getOrDefault(name, new byte[1]).clone();
      if (file.length > 0) {
        file[step.other % file.length] ^= 4;
      }
      mirror.files.put(name, file);
      isHonest = false;
    }

    private void forge(int ahead) {
      MetadataSigner thief = signer(99);
      long version = mirror.repository.timestamp().metadata().version() + ahead;
      SignedMetadata<TargetsMetadata> targets =
          by(
              new TargetsMetadata(
                  version, MetadataKeys.FAR, new TreeMap<>(Map.of("model", Outcomes.file("evil")))),
              thief);
      SignedMetadata<SnapshotMetadata> snapshot =
          by(new SnapshotMetadata(version, MetadataKeys.FAR, MetaFile.of(targets)), thief);
      mirror.replace(targets);
      mirror.replace(snapshot);
      mirror.replace(
          by(new TimestampMetadata(version, MetadataKeys.FAR, MetaFile.of(snapshot)), thief));
      isHonest = false;
    }

    private static String name(Map<String, byte[]> files, int pick) {
      List<String> names = files.keySet().stream().sorted().toList();
      // The timestamp is one of many names and the one that matters most.
      return names.isEmpty() || pick % 3 == 0 ? "timestamp.json" : names.get(pick % names.size());
    }

    private void update() {
      UpdateStep step = mirror.update(device);
      if (step instanceof UpdateStep.Updated updated) {
        long version = updated.targets().version();
        assertThat(publishedByVersion).as("only what was published").containsKey(version);
        assertThat(updated.targets().find("model")).isEqualTo(publishedByVersion.get(version));
        assertThat(publishedTogether)
            .as("never a mixture")
            .contains(
                List.of(
                    step.trusted().versionOf(MetadataRole.TIMESTAMP),
                    step.trusted().versionOf(MetadataRole.SNAPSHOT),
                    version));
        assertThat(version).as("never back").isGreaterThanOrEqualTo(highestTargets);
        assertThat(updated.targets().validUntil()).as("never expired").isAfter(mirror.now);
        highestTargets = version;
      }
      assertThat(step.trusted().versionOf(MetadataRole.ROOT))
          .isGreaterThanOrEqualTo(device.versionOf(MetadataRole.ROOT));
      if (step.trusted().root().equals(device.root())) {
        for (MetadataRole role : ONLINE_ROLES) {
          assertThat(step.trusted().versionOf(role))
              .as("%s never back under one root", role)
              .isGreaterThanOrEqualTo(device.versionOf(role));
        }
      }
      device = step.trusted();
      boolean isFresh =
          !mirror.repository.timestamp().metadata().isExpiredAt(mirror.now)
              && !mirror.repository.snapshot().metadata().isExpiredAt(mirror.now)
              && !mirror.repository.targets().metadata().isExpiredAt(mirror.now);
      if (isHonest && isFresh) {
        assertThat(step)
            .as("an honest mirror brings the newest")
            .isInstanceOf(UpdateStep.Updated.class);
        assertThat(((UpdateStep.Updated) step).targets().version())
            .isEqualTo(mirror.repository.targets().metadata().version());
      }
    }
  }

  @Property(tries = 150)
  void device_goesForwardOrStays_andBelievesWhatWasPublished(
      @ForAll @Size(min = 5, max = 60) List<@From("steps") Step> steps)
      throws DamagedTrustException {
    World world = new World();
    for (Step step : steps) {
      world.run(step);
    }
    world.serveHonest();
    world.mirror.refresh();
    world.remember();
    world.serveHonest();
    world.update();
  }
}
