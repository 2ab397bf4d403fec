package dev.tributary.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.client.policy.Participation;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.session.Contributing.Uploading;
import dev.tributary.client.session.DeviceState.Done;
import dev.tributary.client.session.Preparing.Enrolled;
import dev.tributary.security.identity.DevicePublicKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FileSessionStoreTest {

  private static final UploadId UPLOAD = new UploadId("00112233445566778899aabbccddeeff");
  private static final byte[] UPDATE = {1, 2, 3, 4};
  private static final ContentDigest MANIFEST = ContentDigest.of(new byte[] {6});
  private static final DeviceSession FULL =
      new DeviceSession(
          URI.create("https://coordinator.example:8443/base"),
          new PopulationName("keyboards"),
          Optional.of(new DeviceId("ffeeddccbbaa99887766554433221100")),
          Optional.of(
              new Credentials(
                  OpaqueBytes.of(new byte[] {1, 2, 3}),
                  OpaqueBytes.of(new byte[Credentials.AUTHORITY_KEY_BYTES]),
                  Optional.of(OpaqueBytes.of(new byte[Credentials.AUTHORITY_PQ_KEY_BYTES])),
                  Optional.of(OpaqueBytes.of(new byte[] {4, 5})))),
          new Uploading(
              RoundId.of("next-word.12"),
              ContentDigest.of(new byte[] {9}),
              UPLOAD,
              ContentDigest.of(UPDATE),
              4),
          List.of(
              new Participation(RoundId.of("next-word.10"), Instant.parse("2026-11-22T08:00:00Z")),
              new Participation(
                  RoundId.of("next-word.11"), Instant.parse("2026-11-23T08:00:00.123456789Z"))),
          List.of(ContentDigest.of(new byte[] {7}), ContentDigest.of(new byte[] {8})),
          Optional.of(Instant.parse("2026-11-23T09:00:00Z")));

  @TempDir Path folder;

  @Test
  void folderThatCannotBeTidied_isNotKeptLocked() throws IOException {
    Path undeletable = Files.createDirectories(folder.resolve(".secret1.tmp").resolve("inside"));
    assertThatThrownBy(() -> FileSessionStore.open(folder))
        .isInstanceOf(SessionStoreException.class)
        .hasMessageContaining("cannot be used");
    Files.delete(undeletable);
    FileSessionStore.open(folder).close();
  }

  @Test
  void session_readsBackAsItWasSaved_afterARestart() {
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.load()).isEmpty();
      store.keyPair();
      store.save(FULL);
      store.saveUpdate(UPLOAD, UPDATE);
    }
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.load()).contains(FULL);
      assertThat(store.loadUpdate(UPLOAD, 4, ContentDigest.of(UPDATE))).isEqualTo(UPDATE);
      store.discardUpdates();
      assertThatThrownBy(() -> store.loadUpdate(UPLOAD, 4, ContentDigest.of(UPDATE)))
          .isInstanceOf(SessionStoreException.class);
    }
  }

  @Test
  void sessionOfADeviceThatHasOneCertificateOnly_readsBack() {
    Credentials full = FULL.credentials().orElseThrow();
    DeviceSession earlier =
        FULL.enrolledAs(
            FULL.device().orElseThrow(),
            Optional.of(
                new Credentials(
                    full.certificate(),
                    full.authorityKey(),
                    full.authorityPqKey(),
                    Optional.empty())));
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(earlier);
      assertThat(store.load()).contains(earlier);
    }
  }

  @Test
  void identity_staysOverRestarts_andIsReadableByItsOwnerOnly() throws IOException {
    DevicePublicKey first;
    try (var store = FileSessionStore.open(folder)) {
      first = store.keyPair().publicKey();
    }
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.keyPair().publicKey()).isEqualTo(first);
    }
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("device-key.pem"))))
        .isEqualTo("rw-------");
  }

  @Test
  void sessionWithoutItsKey_isAnError_notANewDevice() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(FULL);
    }
    Files.delete(folder.resolve("device-key.pem"));
    try (var store = FileSessionStore.open(folder)) {
      assertThatThrownBy(store::keyPair)
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("device-key.pem is missing");
    }
    assertThat(folder.resolve("device-key.pem")).doesNotExist();
  }

  @Test
  void damagedKey_isAnError_notANewDevice() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
    }
    byte[] damaged = Files.readAllBytes(folder.resolve("device-key.pem"));
    Files.write(folder.resolve("device-key.pem"), Arrays.copyOf(damaged, damaged.length / 2));
    try (var store = FileSessionStore.open(folder)) {
      assertThatThrownBy(store::keyPair)
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("device-key.pem cannot be used");
    }
  }

  @Test
  void everyFlippedBitAndEveryTruncation_isAnError_notAnotherSession() throws IOException {
    byte[] good = SessionText.format(FULL);
    assertThat(SessionText.parse(good)).isEqualTo(FULL);

    assertThat(IntStream.range(0, good.length * 8))
        .allSatisfy(
            bit -> {
              byte[] flipped = good.clone();
              flipped[bit / 8] ^= (byte) (1 << bit % 8);
              assertThatThrownBy(() -> SessionText.parse(flipped))
                  .isInstanceOf(IllegalArgumentException.class);
            });
    assertThat(IntStream.range(0, good.length))
        .allSatisfy(
            length ->
                assertThatThrownBy(() -> SessionText.parse(Arrays.copyOf(good, length)))
                    .isInstanceOf(IllegalArgumentException.class));

    try (var store = FileSessionStore.open(folder)) {
      store.save(FULL);
      Path file = folder.resolve("session");
      byte[] cut = Arrays.copyOf(good, good.length - 1);
      OwnerOnlyFile.replace(file, cut);
      assertThatThrownBy(store::load)
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("session cannot be read")
          .hasMessageContaining("checksum");
    }
  }

  @Test
  void sessionOfANewerProgram_isAnErrorThatSaysSo() {
    String newer = "tributary-session 2\nwhatever\n";
    byte[] text =
        (newer + "sha256 " + ContentDigest.of(newer.getBytes(StandardCharsets.UTF_8)).hex() + "\n")
            .getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> SessionText.parse(text))
        .hasMessageContaining("tributary-session 2")
        .hasMessageContaining("tributary-session 1");
  }

  @Test
  void longHistory_forgetsTheOldest_andStillFits() {
    DeviceSession session = DeviceSession.fresh(FULL.coordinator(), FULL.population());
    for (int i = 1; i <= DeviceSession.MAXIMUM_HISTORY + 5; i++) {
      session =
          session.remembering(
              new Participation(new RoundId(RoundId.of("a.1").task(), i), Instant.EPOCH));
    }
    assertThat(session.history()).hasSize(DeviceSession.MAXIMUM_HISTORY);
    assertThat(session.history().get(0).round().number()).isEqualTo(6);
    try (var store = FileSessionStore.open(folder)) {
      store.save(session);
      assertThat(store.load()).contains(session);
    }
  }

  @Test
  void folderInUse_isRefusedUntilReleased() {
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.load()).isEmpty();
      assertThatThrownBy(() -> FileSessionStore.open(folder))
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("in use by another client");
    }
    FileSessionStore.open(folder).close();
  }

  @Test
  void fileInPlaceOfTheFolder_isAnErrorThatNamesIt() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(() -> FileSessionStore.open(file))
        .isInstanceOf(SessionStoreException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void otherBytesUnderTheUpdatesName_areNotSent() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.saveUpdate(UPLOAD, UPDATE);
      OwnerOnlyFile.replace(folder.resolve("update-" + UPLOAD + ".bin"), new byte[] {1, 2, 3, 5});
      assertThatThrownBy(() -> store.loadUpdate(UPLOAD, 4, ContentDigest.of(UPDATE)))
          .hasMessageContaining("not the one that the session names");
    }
  }

  @Test
  void interruptedThread_stillSavesAndLoads_andStaysInterrupted() {
    try (var store = FileSessionStore.open(folder)) {
      Thread.currentThread().interrupt();
      store.keyPair();
      store.save(FULL);
      store.saveUpdate(UPLOAD, UPDATE);
      assertThat(store.load()).contains(FULL);
      assertThat(store.loadUpdate(UPLOAD, 4, ContentDigest.of(UPDATE))).isEqualTo(UPDATE);
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  enum CrashPoint {
    BEFORE_WRITING,
    IN_THE_TEMPORARY_FILE,
    BEFORE_RENAMING,
    AFTER_RENAMING
  }

  /** A process that dies at any moment of any write leaves the old session or the new one. */
  @ParameterizedTest
  @EnumSource
  void crashInAWrite_leavesTheOldOrTheNew(CrashPoint point) throws IOException {
    DeviceSession old = FULL.in(new Enrolled(RoundId.of("next-word.12")));
    DeviceSession fresh = FULL.in(new Done(RoundId.of("next-word.12")));
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(old);
    }
    try (var dying =
        FileSessionStore.open(folder, (file, content) -> crash(point, file, content))) {
      assertThatThrownBy(() -> dying.save(fresh)).isInstanceOf(SessionStoreException.class);
      assertThatThrownBy(() -> dying.saveUpdate(UPLOAD, UPDATE))
          .isInstanceOf(SessionStoreException.class);
    }

    try (var next = FileSessionStore.open(folder)) {
      assertThat(next.load()).contains(point == CrashPoint.AFTER_RENAMING ? fresh : old);
      assertThat(next.keyPair()).isNotNull();
    }
    try (var files = Files.list(folder)) {
      assertThat(files.filter(file -> file.toString().endsWith(".tmp"))).isEmpty();
    }
  }

  private void crash(CrashPoint point, Path file, byte[] content) throws IOException {
    if (point == CrashPoint.IN_THE_TEMPORARY_FILE) {
      Files.write(folder.resolve(".secret17.tmp"), Arrays.copyOf(content, content.length / 2));
    } else if (point == CrashPoint.BEFORE_RENAMING) {
      Files.write(folder.resolve(".secret17.tmp"), content);
    } else if (point == CrashPoint.AFTER_RENAMING) {
      OwnerOnlyFile.replace(file, content);
    }
    throw new IOException("the process died " + point);
  }

  private static SecretBytes step(int... bytes) {
    byte[] content = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      content[i] = (byte) bytes[i];
    }
    return SecretBytes.copyOf(content, InsecureSecretAccess.get());
  }

  @Test
  void step_readsBackInAnotherProcess_untilItIsErased() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).isEmpty();
      store.saveStep(MANIFEST, step(1, 2, 3));
      store.saveStep(MANIFEST, step(4, 5));
    }
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).contains(step(4, 5));
      store.eraseStep();
      assertThat(store.loadStep()).isEmpty();
      assertThat(Arrays.copyOf(Files.readAllBytes(folder.resolve("step-key")), 32))
          .isEqualTo(new byte[32]);
      store.eraseStep();
    }
  }

  /** Power fails while a step is written: as much of it is on disk as there happens to be. */
  @Test
  void stepThatWasCutOff_leavesTheOneBefore() throws IOException {
    Path sealed = folder.resolve("step.sealed");
    byte[] first;
    byte[] second;
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      first = Files.readAllBytes(sealed);
      store.saveStep(MANIFEST, step(4, 5));
      second = Files.readAllBytes(sealed);
    }
    for (int length = first.length; length < second.length; length++) {
      byte[] cutOff = Arrays.copyOf(second, length);
      System.arraycopy(first, 0, cutOff, 0, first.length); // the zeros come later
      Files.write(sealed, cutOff);
      try (var store = FileSessionStore.open(folder)) {
        assertThat(store.loadStep()).as("%s bytes", length).contains(step(1, 2, 3));
        store.saveStep(MANIFEST, step(6));
      }
      try (var store = FileSessionStore.open(folder)) {
        assertThat(store.loadStep()).as("%s bytes", length).contains(step(6));
      }
    }
  }

  /** Of erasing: the key is gone, the step is not. Of a new round: its key is not there yet. */
  @Test
  void crashBetweenStepAndKey_leavesNoStep_andRoomForAnother() throws IOException {
    Path sealed = folder.resolve("step.sealed");
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      store.saveStep(MANIFEST, step(4, 5));
      byte[] content = Files.readAllBytes(sealed);
      store.eraseStep();
      assertThat(Files.readAllBytes(sealed)).isNotEqualTo(content);
      Files.write(sealed, content);
    }
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).isEmpty();
      store.saveStep(MANIFEST, step(6));
    }
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).contains(step(6));
    }
  }

  /** The next step was durable, and the process died before the one before was overwritten. */
  @Test
  void stepBefore_isOverwrittenByTheNextProcessAtTheLatest() throws IOException {
    Path sealed = folder.resolve("step.sealed");
    byte[] first;
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      first = Files.readAllBytes(sealed);
      store.saveStep(MANIFEST, step(4, 5));
    }
    byte[] died = Files.readAllBytes(sealed);
    System.arraycopy(first, 0, died, 0, first.length);
    Files.write(sealed, died);
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).contains(step(4, 5));
    }
    assertThat(Arrays.copyOfRange(Files.readAllBytes(sealed), Integer.BYTES, first.length))
        .isEqualTo(new byte[first.length - Integer.BYTES]);
  }

  @Test
  void keyOfAStepThatSomebodyDeleted_opensNothingAnyMore() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
    }
    Files.delete(folder.resolve("step.sealed"));
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).isEmpty();
      assertThat(Arrays.copyOf(Files.readAllBytes(folder.resolve("step-key")), 32))
          .isEqualTo(new byte[32]);
    }
  }

  @Test
  void damagedStepAndStepWithoutItsKey_canBeErased() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      Files.write(folder.resolve("step.sealed"), new byte[100]);
      assertThatThrownBy(store::loadStep).isInstanceOf(SessionStoreException.class);
      assertThatThrownBy(() -> store.saveStep(MANIFEST, step(4)))
          .isInstanceOf(SessionStoreException.class);
      store.eraseStep();
      assertThat(store.loadStep()).isEmpty();
      store.saveStep(MANIFEST, step(5));
      assertThat(store.loadStep()).contains(step(5));

      Files.delete(folder.resolve("step-key"));
      assertThatThrownBy(store::loadStep)
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("step-key is missing");
      store.eraseStep();
      assertThat(store.loadStep()).isEmpty();
    }
  }

  @Test
  void stepThatIsSavedBeforeTheLastOneWasRead_followsIt() {
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      store.saveStep(MANIFEST, step(4, 5));
    }
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(6));
      assertThat(store.loadStep()).contains(step(6));
    }
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).contains(step(6));
    }
  }

  /** Whatever becomes of the step: a device makes keys for a round once. */
  @Test
  void sessionThatWasSavedBeforeTheStep_namesItsRound_untilTheNext() throws IOException {
    ContentDigest next = ContentDigest.of(new byte[] {5});
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(FULL);
      store.saveStep(MANIFEST, step(1, 2, 3));
      assertThat(store.load()).contains(FULL.withKeysFor(MANIFEST));
    }
    Files.delete(folder.resolve("step.sealed"));
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.loadStep()).isEmpty();
      assertThat(store.load()).contains(FULL.withKeysFor(MANIFEST));
      store.saveStep(MANIFEST, step(4));
      store.eraseStep();
      assertThat(store.load()).contains(FULL.withKeysFor(MANIFEST));
      store.save(FULL.withKeysFor(MANIFEST));
      store.saveStep(next, step(5));
      assertThat(store.load()).contains(FULL.withKeysFor(MANIFEST).withKeysFor(next));
    }
  }

  @Test
  void stepKeyOfAnSdkThatWroteNoDigest_opensItsStep() throws IOException {
    Path key = folder.resolve("step-key");
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(FULL);
      store.saveStep(MANIFEST, step(1, 2, 3));
    }
    OwnerOnlyFile.replace(key, Arrays.copyOf(Files.readAllBytes(key), 32));
    try (var store = FileSessionStore.open(folder)) {
      assertThat(store.load()).contains(FULL);
      assertThat(store.loadStep()).contains(step(1, 2, 3));
      store.eraseStep();
      store.saveStep(MANIFEST, step(4));
      assertThat(store.load()).contains(FULL.withKeysFor(MANIFEST));
    }
  }

  @Test
  void stepKeyOfAnotherLength_isAnErrorThatNamesIt() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(FULL);
      store.saveStep(MANIFEST, step(1, 2, 3));
      OwnerOnlyFile.replace(folder.resolve("step-key"), new byte[63]);
      assertThatThrownBy(store::load)
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("step-key: expected 64 bytes, found 63")
          .hasMessageNotContaining("delete");
      assertThatThrownBy(store::loadStep).hasMessageContaining("expected 64 bytes, found 63");
    }
  }

  /** A device that has answered must not be able to give the other answer, nor must a thief. */
  @Test
  void stepBefore_isNotInTheFileAnyMore() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      byte[] first = Files.readAllBytes(folder.resolve("step.sealed"));
      store.saveStep(MANIFEST, step(4, 5));
      byte[] both = Files.readAllBytes(folder.resolve("step.sealed"));
      assertThat(Arrays.copyOfRange(both, Integer.BYTES, first.length))
          .isEqualTo(new byte[first.length - Integer.BYTES]);
      Files.write(folder.resolve("step.sealed"), Arrays.copyOf(both, first.length));
      assertThatThrownBy(store::loadStep).isInstanceOf(SessionStoreException.class);
    }
  }

  @Test
  void sealedStepOfAnEarlierRound_opensWithNoLaterKey() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      byte[] copied = Files.readAllBytes(folder.resolve("step.sealed"));
      store.eraseStep();
      store.saveStep(MANIFEST, step(4, 5));
      Files.write(folder.resolve("step.sealed"), copied);
      assertThatThrownBy(store::loadStep)
          .isInstanceOf(SessionStoreException.class)
          .hasMessageContaining("step.sealed");
    }
  }

  @Test
  void changedStepOrForeignReader_isAnErrorThatNamesTheFile() throws IOException {
    try (var store = FileSessionStore.open(folder)) {
      store.saveStep(MANIFEST, step(1, 2, 3));
      Path sealed = folder.resolve("step.sealed");
      byte[] content = Files.readAllBytes(sealed);
      for (int at = 0; at < content.length; at++) {
        byte[] changed = content.clone();
        changed[at] ^= 1;
        Files.write(sealed, changed);
        assertThatThrownBy(store::loadStep)
            .as("byte %s", at)
            .isInstanceOf(SessionStoreException.class)
            .hasMessageContaining("step.sealed");
      }
    }
  }

  @Test
  void session_remembersTheLatestRoundsWithKeys() {
    DeviceSession session = FULL;
    for (int i = 0; i < DeviceSession.MAXIMUM_SESSIONS; i++) {
      session = session.withKeysFor(ContentDigest.of(new byte[] {(byte) i, 1}));
    }
    assertThat(session.sessions())
        .hasSize(DeviceSession.MAXIMUM_SESSIONS)
        .doesNotContain(ContentDigest.of(new byte[] {8}))
        .contains(ContentDigest.of(new byte[] {0, 1}));
    try (var store = FileSessionStore.open(folder)) {
      store.keyPair();
      store.save(session);
      assertThat(store.load()).contains(session);
    }
  }

  @Test
  void deviceThatEnrolsAgainWithoutCredentials_keepsTheAuthorityThatItTrusts() {
    DeviceId device = FULL.device().orElseThrow();
    assertThat(FULL.notEnrolled().enrolledAs(device, Optional.empty()).credentials())
        .isEqualTo(FULL.credentials());
  }
}
