package dev.tributary.client;

import static dev.tributary.client.MaskedRound.end;
import static dev.tributary.client.MaskedRound.lanes;
import static dev.tributary.client.MaskedRound.plainSum;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.client.ParticipationOutcome.DroppedOut;
import dev.tributary.client.ParticipationOutcome.Interrupted;
import dev.tributary.client.ParticipationOutcome.TookPart;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.DeviceState;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.store.SessionStoreException;
import dev.tributary.client.testing.Fault;
import dev.tributary.client.testing.MaskingCoordinator;
import dev.tributary.client.testing.MaskingCoordinator.Expected;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a masked device keeps, over crashes at every write and over being closed. */
@Timeout(240)
class MaskedRestartTest {

  private static final int ALL = MaskedRound.DEVICES;

  @TempDir Path folder;

  private MaskedRound round(Path at) {
    return new MaskedRound(
        at,
        new MaskingCoordinator(
            MaskingCoordinator.parameters(CipherSuite.CLASSIC, true), Expected.of(ALL, true)));
  }

  /** A disk that its owner watches; it may kill the process at a write. */
  private static class WatchedStore implements SessionStore {
    private final SessionStore disk;

    WatchedStore(SessionStore disk) {
      this.disk = disk;
    }

    /** Before and after each write. */
    void writing(boolean done) {}

    private void write(Runnable write) {
      writing(false);
      write.run();
      writing(true);
    }

    @Override
    public DeviceKeyPair keyPair() {
      return disk.keyPair();
    }

    @Override
    public Optional<DeviceSession> load() {
      return disk.load();
    }

    @Override
    public void save(DeviceSession session) {
      write(() -> disk.save(session));
    }

    @Override
    public void saveUpdate(UploadId upload, byte[] update) {
      write(() -> disk.saveUpdate(upload, update));
    }

    @Override
    public byte[] loadUpdate(UploadId upload, long lengthBytes, ContentDigest digest) {
      return disk.loadUpdate(upload, lengthBytes, digest);
    }

    @Override
    public void discardUpdates() {
      write(disk::discardUpdates);
    }

    @Override
    public void saveStep(ContentDigest manifest, SecretBytes step) {
      write(() -> disk.saveStep(manifest, step));
    }

    @Override
    public Optional<SecretBytes> loadStep() {
      return disk.loadStep();
    }

    @Override
    public void eraseStep() {
      write(disk::eraseStep);
    }

    @Override
    public void close() {
      disk.close();
    }
  }

  private static final class DyingStore extends WatchedStore {
    private final int deathAt;
    private int moment;

    DyingStore(SessionStore disk, int deathAt) {
      super(disk);
      this.deathAt = deathAt;
    }

    @Override
    void writing(boolean done) {
      if (moment++ == deathAt) {
        throw new Fault.Killed();
      }
    }
  }

  /** Before a write is after the one before: every gap between two writes is tried. */
  @Test
  void killedAtAnyWrite_theRoundGoesOnAsIfItWasNot() throws Exception {
    int deaths = 0;
    for (boolean died = true; died; deaths++) {
      Path at = Files.createDirectory(folder.resolve("death-" + deaths));
      try (var round = round(at)) {
        var others = round.startOthers();
        var store = new DyingStore(round.storeOf(0), deaths);
        var outcome = end(round.start(round.device(0).sessionStore(store)));
        died = outcome.isEmpty();
        if (died) {
          // One that died when everything was done is given a new round that it has keys for.
          assertThat(end(round.start(0)))
              .get()
              .matches(
                  again ->
                      again instanceof TookPart
                          || (again instanceof DroppedOut dropped
                              && dropped.detail().contains("has made keys for the round before")));
        }
        for (var other : others) {
          assertThat(end(other)).as("death %s", deaths).containsInstanceOf(TookPart.class);
        }
        assertThat(lanes(round.coordinator.openedSum()))
            .as("death %s", deaths)
            .isEqualTo(lanes(plainSum(0, 1, 2, 3, 4)));
        assertThat(round.coordinator.revealedBy(round.idOf(0)))
            .as("death %s: one answer to the request for shares, ever", deaths)
            .hasSizeLessThanOrEqualTo(1);
        assertThat(MaskedRound.keptOfARound(round.folderOf(0))).as("death %s", deaths).isEmpty();
      }
    }
    assertThat(deaths).isGreaterThan(28);
  }

  private static final class SpyingStore extends WatchedStore {
    private final Path folder;
    private final Set<ByteBuffer> secret = new HashSet<>();
    private int steps;
    private final TreeSet<String> leaks = new TreeSet<>();
    private final TreeSet<String> files = new TreeSet<>();
    private final Set<String> stepKeys = new HashSet<>();
    private final byte[] plainUpdate;

    /**
     * Watches a folder.
     *
     * @param plainUpdate what the device's update would be without masks
     */
    SpyingStore(SessionStore disk, Path folder, byte[] plainUpdate) {
      super(disk);
      this.folder = folder;
      this.plainUpdate = plainUpdate;
    }

    @Override
    public void saveStep(ContentDigest manifest, SecretBytes step) {
      byte[] kept = step.toByteArray(InsecureSecretAccess.get());
      int manifestBytes = ByteBuffer.wrap(kept).getInt();
      secret.addAll(windows(Arrays.copyOfRange(kept, Integer.BYTES + manifestBytes, kept.length)));
      // The advertisement is part of the step and not secret: the certificate names the device.
      OpaqueBytes certificate =
          load().orElseThrow().credentials().orElseThrow().certificateFor(CipherSuite.CLASSIC);
      secret.removeAll(windows(certificate.toByteArray()));
      steps++;
      super.saveStep(manifest, step);
    }

    @Override
    void writing(boolean done) {
      look();
    }

    /** Reads every byte of every file. */
    void look() {
      try (var all = Files.walk(folder)) {
        for (Path file : all.filter(Files::isRegularFile).toList()) {
          String name = file.getFileName().toString();
          files.add(
              name + " " + PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
          byte[] content = Files.readAllBytes(file);
          if (!Collections.disjoint(windows(content), secret) || holds(content, plainUpdate)) {
            leaks.add(name);
          }
          if (name.equals("step-key")) {
            byte[] key = Arrays.copyOf(content, 32);
            if (!Arrays.equals(key, new byte[32])) {
              stepKeys.add(text(key));
            }
          } else if (stepKeys.stream().anyMatch(text(content)::contains)) {
            leaks.add(name);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static boolean holds(byte[] content, byte[] part) {
    return text(content).contains(text(part));
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /**
   * Every 16 bytes in a row, as far as they look random: of 16 random bytes fewer than 11 differ
   * with probability 2^-23. Chance of such bytes being anywhere in a MiB: 2^-108.
   */
  private static Set<ByteBuffer> windows(byte[] bytes) {
    Set<ByteBuffer> windows = new HashSet<>();
    for (int at = 0; at + 16 <= bytes.length; at++) {
      byte[] window = Arrays.copyOfRange(bytes, at, at + 16);
      if (new String(window, StandardCharsets.ISO_8859_1).chars().distinct().count() > 10) {
        windows.add(ByteBuffer.wrap(window));
      }
    }
    return windows;
  }

  @ParameterizedTest
  @EnumSource(CipherSuite.class)
  void noFile_everHoldsAByteOfTheRoundsSecrets(CipherSuite suite) throws Exception {
    var coordinator =
        new MaskingCoordinator(MaskingCoordinator.parameters(suite, true), Expected.of(ALL, true));
    try (var round = new MaskedRound(folder, coordinator)) {
      var others = round.startOthers();
      var spy = new SpyingStore(round.storeOf(0), round.folderOf(0), MaskedRound.plainUpdate(0));
      assertThat(end(round.start(round.device(0).sessionStore(spy))))
          .containsInstanceOf(TookPart.class);
      for (var other : others) {
        end(other);
      }
      // Keys, shares, update, confirmation, answer: the masks are never on disk.
      assertThat(spy.steps).isEqualTo(5);
      assertThat(spy.secret).hasSizeGreaterThan(1000);
      assertThat(spy.files).contains("step.sealed rw-------", "step-key rw-------");
      spy.files.clear();
      spy.look();
      assertThat(spy.stepKeys).as("one key for the round").hasSize(1);
      assertThat(spy.files)
          .extracting(file -> file.replaceAll("^[0-9a-f]{64}", "MODEL"))
          .as("nothing of the round outlives it")
          .containsExactlyInAnyOrder(
              "MODEL.safetensors rw-------",
              "device-key.pem rw-------",
              "lock rw-------",
              "session rw-------",
              "step-key rw-------",
              "step.sealed rw-------");
      assertThat(MaskedRound.keptOfARound(round.folderOf(0))).isEmpty();
      assertThat(spy.leaks).isEmpty();
    }
  }

  /** Closes a client as soon as it is in a state. */
  private ParticipationOutcome closedIn(MaskedRound round, String state) throws Exception {
    var there = new CountDownLatch(1);
    var outcome = new ParticipationOutcome[1];
    FederatedClient client =
        round
            .device(0)
            .listener(
                new ParticipationListener() {
                  @Override
                  public void progressed(DeviceState now, String reason) {
                    if (now.name().equals(state)) {
                      there.countDown();
                    }
                  }
                })
            .build();
    var thread = new Thread(() -> outcome[0] = client.participate());
    thread.start();
    assertThat(there.await(30, TimeUnit.SECONDS)).isTrue();
    client.close();
    thread.join();
    return outcome[0];
  }

  /** It reads the terms again: they must be those that its keys are bound to. */
  @Test
  void termsThatChangedWhileItWasDead_areRefused() throws Exception {
    try (var round = round(folder)) {
      assertThat(end(round.start(0, transport -> Fault.killedBefore("POST keys", transport))))
          .isEmpty();
      assertThat(
              end(
                  round.start(
                      0,
                      transport ->
                          Fault.changing(
                              "GET manifest", transport, MaskedRestartTest::withAnotherModel))))
          .get()
          .isInstanceOfSatisfying(
              DroppedOut.class,
              dropped -> {
                assertThat(dropped.code()).isEqualTo("refused-by-policy");
                assertThat(dropped.detail()).contains("not the one that was agreed to");
              });
      assertThat(round.coordinator.certificates()).as("keys were never sent").isEmpty();
    }
  }

  private static byte[] withAnotherModel(byte[] message) {
    try {
      RoundManifest honest = RoundManifest.decode(message);
      return new RoundManifest(
              honest.roundId(),
              honest.kind(),
              honest.protocol(),
              honest.population(),
              ModelDigest.ofSha256(new byte[32]),
              honest.modelBytes(),
              honest.modelSpecJson(),
              honest.quantization(),
              honest.training(),
              honest.targetCount(),
              honest.minimumCount(),
              honest.reportingDeadlineMillis(),
              honest.secureAggregation())
          .encode();
    } catch (RejectedException broken) {
      throw new AssertionError(broken);
    }
  }

  /** Nobody else is there, so that it waits in this state. */
  @Test
  void closedWhileItWaitsForTheRoster_itLeavesAndForgetsItsKeys() throws Exception {
    try (var round = round(folder)) {
      assertThat(closedIn(round, "advertising"))
          .isInstanceOfSatisfying(
              DroppedOut.class, dropped -> assertThat(dropped.code()).isEqualTo("shutting-down"));
      assertThat(MaskedRound.keptOfARound(round.folderOf(0))).isEmpty();
      assertThat(round.coordinator.failures()).hasSize(1);

      // The same round again: a device makes keys for it once.
      assertThat(end(round.start(0)))
          .get()
          .isInstanceOfSatisfying(
              DroppedOut.class,
              dropped -> assertThat(dropped.detail()).contains("has made keys for the round"));
      assertThat(round.coordinator.calls().stream().filter(call -> call.startsWith("POST keys")))
          .hasSizeLessThanOrEqualTo(1);
    }
  }

  @Test
  void closedWhileItWaitsForTheSurvivors_itComesBackAndAnswers() throws Exception {
    try (var round = round(folder)) {
      List<Future<Optional<ParticipationOutcome>>> others = new ArrayList<>();
      for (int device = 1; device < ALL - 1; device++) {
        others.add(round.start(device));
      }
      // The last one stops before its upload, so that no survivors are announced.
      var last = round.start(ALL - 1, transport -> Fault.killedBefore("PUT upload", transport));
      assertThat(closedIn(round, "uploaded")).isInstanceOf(Interrupted.class);
      assertThat(end(last)).isEmpty();
      assertThat(MaskedRound.keptOfARound(round.folderOf(0))).contains("step.sealed", "step-key");

      others.add(round.start(ALL - 1));
      others.add(round.start(0));
      for (var other : others) {
        assertThat(end(other)).containsInstanceOf(TookPart.class);
      }
      assertThat(lanes(round.coordinator.openedSum())).isEqualTo(lanes(plainSum(0, 1, 2, 3, 4)));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"step.sealed", "step-key"})
  void deletedOrUnreadableStep_isNeverReplacedByOtherKeys(String deleted) throws Exception {
    try (var round = round(folder)) {
      round.startOthers();
      assertThat(end(round.start(0, transport -> Fault.killedAfter("POST shares", transport))))
          .isEmpty();
      Files.delete(round.folderOf(0).resolve(deleted));
      try (var client = round.device(0).build()) {
        ParticipationOutcome outcome = client.participate();
        assertThat(outcome)
            .isInstanceOfSatisfying(
                DroppedOut.class,
                dropped -> {
                  assertThat(dropped.code()).isEqualTo("refused-by-policy");
                  assertThat(dropped.detail()).contains("makes them once");
                });
      } catch (SessionStoreException named) {
        assertThat(deleted).isEqualTo("step-key");
        assertThat(named).hasMessageContaining("step-key is missing");
      }
    }
  }
}
