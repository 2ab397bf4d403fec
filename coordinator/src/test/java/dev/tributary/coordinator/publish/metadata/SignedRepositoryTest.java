package dev.tributary.coordinator.publish.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.disk.Disk;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.signing.Lifetimes;
import dev.tributary.security.metadata.signing.MetadataSigner;
import dev.tributary.security.metadata.signing.OnlineKeyFolder;
import dev.tributary.security.metadata.signing.RootDraft;
import dev.tributary.security.metadata.signing.RootPlan;
import dev.tributary.security.seal.FileSealer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The repository of a coordinator on disk: what it takes, and what a crash leaves of it. */
class SignedRepositoryTest {

  private static final Map<String, TargetFile> ONE =
      Map.of("pens/channels/stable.json", TargetFile.of(new byte[] {1}));
  private static final Map<String, TargetFile> TWO =
      Map.of("pens/channels/stable.json", TargetFile.of(new byte[] {2}));

  private final SecureRandom random = new SecureRandom();
  private final MetadataSigner holder = new MetadataSigner(DeviceKeyPair.generate(random));
  private Instant now = Instant.parse("2026-11-26T12:00:00Z");

  /** A disk that fails from the n-th step on. */
  private static final class FailingDisk implements Disk {
    private final Disk disk = Disk.ofMachine();
    private int left;

    FailingDisk(int steps) {
      left = steps;
    }

    private void step() throws IOException {
      if (left-- <= 0) {
        throw new IOException("the disk is gone");
      }
    }

    @Override
    public void write(Path file, Content content) throws IOException {
      step();
      disk.write(file, content);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      step();
      disk.rename(from, to);
    }

    @Override
    public void sync(Path folder) throws IOException {
      step();
      disk.sync(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
      step();
      disk.delete(file);
    }
  }

  private SignedRepository open(Path state, Disk disk) {
    return SignedRepository.open(state, Optional.empty(), disk, Lifetimes.USUAL, () -> now, random);
  }

  private SignedRepository open(Path state) {
    return open(state, Disk.ofMachine());
  }

  private RootPlan firstPlan(Path state) throws IOException {
    Path keys = state.resolve("metadata-keys");
    var online =
        OnlineKeyFolder.open(
            keys, FileSealer.withKeyFile(keys.resolve("sealing-key"), random), random);
    RootPlan plan =
        RootPlan.first(1, now.plus(Duration.ofDays(365))).with(MetadataRole.ROOT, holder.key());
    for (var role : online.byRole().entrySet()) {
      plan = plan.with(role.getKey(), role.getValue().getFirst().key());
    }
    return plan;
  }

  private byte[] firstRoot(Path state) throws IOException {
    return RootDraft.unsigned(firstPlan(state), Optional.empty()).signedBy(holder).file().encode();
  }

  private SignedRepository installed(Path state) throws Exception {
    SignedRepository repository = open(state);
    repository.install(firstRoot(state));
    return repository;
  }

  private static long version(SignedRepository repository) throws Exception {
    return SignedMetadata.timestamp(repository.file("timestamp.json").orElseThrow())
        .metadata()
        .version();
  }

  @Test
  void sealingKeyElsewhere_opensTheKeys_andACopyOfTheStateAloneSignsNothing(@TempDir Path folder)
      throws Exception {
    Path state = Files.createDirectory(folder.resolve("state"));
    Path elsewhere = Files.createDirectory(folder.resolve("volume")).resolve("key");
    openSealed(state, elsewhere);
    Path targets = state.resolve("metadata-keys").resolve("targets.key");
    byte[] sealed = Files.readAllBytes(targets);
    assertThat(state.resolve("metadata-keys").resolve("sealing-key")).doesNotExist();
    openSealed(state, elsewhere);
    assertThat(targets).as("opened, not made again").hasBinaryContent(sealed);

    assertThatThrownBy(() -> open(state))
        .isInstanceOf(StoreException.class)
        .hasStackTraceContaining("expected the key that seals the keys in");
    Files.delete(elsewhere);
    assertThatThrownBy(() -> openSealed(state, elsewhere))
        .isInstanceOf(StoreException.class)
        .hasStackTraceContaining(elsewhere + ": expected the key");
    assertThat(elsewhere).as("a new one would only hide the loss").doesNotExist();
    assertThat(targets).hasBinaryContent(sealed);
  }

  private void openSealed(Path state, Path sealingKey) {
    SignedRepository.open(
        state, Optional.of(sealingKey), Disk.ofMachine(), Lifetimes.USUAL, () -> now, random);
  }

  @Test
  void withoutARoot_nothingIsPublished(@TempDir Path state) {
    SignedRepository repository = open(state);
    assertThatThrownBy(() -> repository.publish(ONE))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectReason.WRONG_STATE))
        .hasMessageContaining("docs/publishing.md");
    assertThat(repository.file("timestamp.json")).isEmpty();
  }

  @Test
  void rootOfOtherOnlineKeys_isRefused_andLeavesNothing(@TempDir Path state, @TempDir Path other)
      throws Exception {
    SignedRepository repository = open(state);
    open(other);
    byte[] foreign = firstRoot(other);
    assertThatThrownBy(() -> repository.install(foreign)).isInstanceOf(RejectedException.class);
    assertThat(open(state).isOpen()).isFalse();
  }

  @Test
  void onlineKeysThatTheRootDoesNotName_publishNothing_andTheReasonSaysWhatToDo(
      @TempDir Path state, @TempDir Path other) throws Exception {
    installed(state).publish(ONE);
    open(other);
    Path keys = state.resolve("metadata-keys");
    Files.move(keys, state.resolve("old-keys"));
    Files.move(other.resolve("metadata-keys"), keys);
    SignedRepository repository = open(state);

    assertThatThrownBy(() -> repository.publish(TWO))
        .isInstanceOfSatisfying(
            RejectedException.class,
            e -> assertThat(e.reason()).isEqualTo(RejectReason.WRONG_STATE))
        .hasMessageContaining("install a root that names the keys in metadata-keys");
    assertThat(repository.targets()).containsExactlyInAnyOrderEntriesOf(ONE);
  }

  @Test
  void rootThatNobodySigned_orWithAnotherVersion_isRefused(@TempDir Path state) throws Exception {
    SignedRepository repository = open(state);
    byte[] unsigned = RootDraft.unsigned(firstPlan(state), Optional.empty()).file().encode();
    assertThatThrownBy(() -> repository.install(unsigned)).isInstanceOf(RejectedException.class);
    repository.install(firstRoot(state));
    byte[] again = firstRoot(state);
    assertThatThrownBy(() -> repository.install(again)).isInstanceOf(RejectedException.class);
    assertThatThrownBy(() -> repository.install(new byte[] {123, 125}))
        .isInstanceOf(RejectedException.class);
  }

  @Test
  void whatIsPublished_isThereAfterARestart_andVersionsRise(@TempDir Path state) throws Exception {
    SignedRepository repository = installed(state);
    repository.publish(ONE);
    long before = version(repository);
    SignedRepository restarted = open(state);
    assertThat(restarted.targets()).isEqualTo(ONE);
    restarted.publish(TWO);
    assertThat(version(restarted)).isGreaterThan(before);
    restarted.publish(TWO);
    assertThat(version(restarted)).as("nothing new is not published").isEqualTo(before + 1);
  }

  @Test
  void metadataThatWouldExpire_isSignedAgain_withoutAnythingNew(@TempDir Path state)
      throws Exception {
    SignedRepository repository = installed(state);
    repository.publish(ONE);
    long before = version(repository);
    repository.refresh();
    assertThat(version(repository)).as("nothing expires soon").isEqualTo(before);
    now = now.plus(Duration.ofHours(20));
    repository.refresh();
    var timestamp = SignedMetadata.timestamp(repository.file("timestamp.json").orElseThrow());
    assertThat(timestamp.metadata().isExpiredAt(now.plus(Duration.ofHours(20)))).isFalse();
    assertThat(repository.targets()).isEqualTo(ONE);
  }

  @Test
  void nextRoot_isFollowed_andTheOneBeforeStaysForDevicesThatSlept(@TempDir Path state)
      throws Exception {
    SignedRepository repository = installed(state);
    repository.publish(ONE);
    var first = SignedMetadata.root(repository.file("1.root.json").orElseThrow());
    RootPlan plan = RootPlan.after(first.metadata(), now.plus(Duration.ofDays(700)));
    byte[] next = RootDraft.unsigned(plan, Optional.of(first)).signedBy(holder).file().encode();
    repository.install(next);
    assertThat(repository.file("1.root.json")).isPresent();
    assertThat(repository.file("2.root.json")).hasValue(next);
    assertThat(open(state).targets()).isEqualTo(ONE);
  }

  /** Every step of publishing in turn is the last one before a crash. */
  @Test
  void crashAtAnyStep_leavesTheOldFilesOrTheNew_andNeverALowerVersion(@TempDir Path folder)
      throws Exception {
    boolean survived = false;
    for (int steps = 0; !survived; steps++) {
      Path state = Files.createDirectory(folder.resolve("crash-" + steps));
      installed(state).publish(ONE);
      long before = version(open(state));
      try {
        open(state, new FailingDisk(steps)).publish(TWO);
        survived = true;
      } catch (StoreException crash) {
        assertThat(crash).hasMessageContaining("the disk is gone");
      }
      SignedRepository restarted = open(state);
      SortedMap<String, TargetFile> found = restarted.targets();
      assertThat(found).as("after %d steps", steps).isIn(ONE, TWO);
      assertThat(version(restarted)).isEqualTo(found.equals(ONE) ? before : before + 1);
      restarted.publish(TWO);
      assertThat(version(restarted)).isEqualTo(before + 1);
      assertThat(steps).isLessThan(100);
    }
  }
}
