package dev.tributary.security.metadata.signing;

import static dev.tributary.security.metadata.MetadataKeys.FAR;
import static dev.tributary.security.metadata.MetadataKeys.ONLINE;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_1;
import static dev.tributary.security.metadata.MetadataKeys.SNAPSHOT;
import static dev.tributary.security.metadata.MetadataKeys.START;
import static dev.tributary.security.metadata.MetadataKeys.TARGETS;
import static dev.tributary.security.metadata.MetadataKeys.TIMESTAMP;
import static dev.tributary.security.metadata.MetadataKeys.firstPlan;
import static dev.tributary.security.metadata.MetadataKeys.firstRoot;
import static dev.tributary.security.metadata.MetadataKeys.rotated;
import static dev.tributary.security.metadata.MetadataKeys.signed;
import static dev.tributary.security.metadata.MetadataKeys.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.TargetFile;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepositoryTest {

  private final Repository first = Repository.empty(firstRoot(), ONLINE, Lifetimes.USUAL, START);
  private final Map<String, TargetFile> files = Map.of("a", TargetFile.of(new byte[3]));

  @Test
  void files_haveTheNamesOfConsistentSnapshots() {
    assertThat(first.publish(files, ONLINE, Lifetimes.USUAL, START).files())
        .containsOnlyKeys("1.root.json", "2.snapshot.json", "2.targets.json", "timestamp.json");
  }

  @Test
  void publishing_raisesAllThreeVersions() {
    Repository next = first.publish(files, ONLINE, Lifetimes.USUAL, START);
    assertThat(next.targets().metadata().version()).isEqualTo(2);
    assertThat(next.snapshot().metadata().version()).isEqualTo(2);
    assertThat(next.timestamp().metadata().version()).isEqualTo(2);
    assertThat(next.targets().metadata().targets()).isEqualTo(files);
    assertThat(first.targets().metadata().targets()).isEmpty();
  }

  @Test
  void refreshing_signsAgainWhatIsHalfGone() {
    Repository dayLater = first.refresh(ONLINE, Lifetimes.USUAL, START.plus(Duration.ofHours(20)));
    assertThat(dayLater.timestamp().metadata().version()).isEqualTo(2);
    assertThat(dayLater.snapshot()).isEqualTo(first.snapshot());

    Repository weekLater = first.refresh(ONLINE, Lifetimes.USUAL, START.plus(Duration.ofDays(8)));
    assertThat(weekLater.snapshot().metadata().version()).isEqualTo(2);
    assertThat(weekLater.targets()).isEqualTo(first.targets());

    Repository monthsLater =
        first.refresh(ONLINE, Lifetimes.USUAL, START.plus(Duration.ofDays(50)));
    assertThat(monthsLater.targets().metadata().version()).isEqualTo(2);
  }

  @Test
  void wrongKeys_signNothing() {
    OnlineSigners wrong = OnlineSigners.of(signer(50));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.publish(files, wrong, Lifetimes.USUAL, START))
        .withMessageContaining("targets: root 1 asks for 1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                Repository.empty(
                    signed(firstPlan(), Optional.empty(), ROOT_1), ONLINE, Lifetimes.USUAL, START))
        .withMessageContaining("root");
  }

  @Test
  void rotation_signsEverythingWithTheNewKeys() {
    MetadataSigner fresh = signer(60);
    Repository rotated =
        first
            .publish(files, ONLINE, Lifetimes.USUAL, START)
            .rotate(
                rotated(firstRoot(), MetadataRole.SNAPSHOT, fresh.key()),
                OnlineSigners.of(TARGETS, fresh, TIMESTAMP),
                Lifetimes.USUAL,
                START);
    assertThat(rotated.root().metadata().version()).isEqualTo(2);
    assertThat(rotated.snapshot().signatures().get(0).keyId()).isEqualTo(fresh.id());
    assertThat(rotated.targets().metadata().version()).isEqualTo(3);
    assertThat(rotated.targets().metadata().targets()).isEqualTo(files);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> first.rotate(firstRoot(), ONLINE, Lifetimes.USUAL, START))
        .withMessageContaining("does not follow");
  }

  /** Two of three keys of the targets, say, of two people who both agree to a release. */
  @Test
  void thresholdOfAnOnlineRole_isKept() {
    RootPlan plan =
        firstPlan()
            .with(MetadataRole.TARGETS, signer(61).key())
            .withThreshold(MetadataRole.TARGETS, 2);
    var root = signed(plan, Optional.empty(), ROOT_1, signer(2));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Repository.empty(root, ONLINE, Lifetimes.USUAL, START));
    OnlineSigners two =
        new OnlineSigners(
            Map.of(
                MetadataRole.TARGETS, List.of(TARGETS, signer(61)),
                MetadataRole.SNAPSHOT, List.of(SNAPSHOT),
                MetadataRole.TIMESTAMP, List.of(TIMESTAMP)));
    assertThat(Repository.empty(root, two, Lifetimes.USUAL, START).targets().signatures())
        .hasSize(2);
  }

  @Test
  void filesThatDoNotBelongTogether_areNoRepository() {
    Repository next = first.publish(files, ONLINE, Lifetimes.USUAL, START);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Repository(next.root(), first.targets(), next.snapshot(), next.timestamp()));
    assertThat(FAR).isAfter(START);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Lifetimes(Duration.ofDays(1), Duration.ofDays(2), Duration.ofDays(1)));
  }
}
