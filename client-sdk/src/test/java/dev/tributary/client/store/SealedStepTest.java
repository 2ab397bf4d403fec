package dev.tributary.client.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is on the disk and what is only in memory; the files themselves: FileSessionStoreTest. */
class SealedStepTest {

  private static final ContentDigest MANIFEST = ContentDigest.of(new byte[] {6});

  @TempDir Path folder;

  private static SecretBytes step(int content) {
    return SecretBytes.copyOf(new byte[] {(byte) content}, InsecureSecretAccess.get());
  }

  /** Passes calls on, counts them, and fails at one. */
  private static final class Disk implements SealedStep.Forcing {
    private final int failingCall;
    private int calls;

    Disk(int failingCall) {
      this.failingCall = failingCall;
    }

    @Override
    public void force(FileChannel file) throws IOException {
      if (++calls == failingCall) {
        throw new IOException("no such disk any more");
      }
      file.force(false);
    }
  }

  /** The process that wrote them may have died before they were forced, and the power goes next. */
  @Test
  void stepOfAnEarlierProcess_isOnTheDiskWithItsKey_beforeItIsActedOn() throws IOException {
    var writing = new SealedStep(folder);
    writing.save(MANIFEST, step(1));
    writing.close();
    var disk = new Disk(0);
    var reading = new SealedStep(folder, disk);
    assertThat(reading.load()).contains(step(1));
    assertThat(disk.calls).isEqualTo(2);
    reading.close();
    var failing = new SealedStep(folder, new Disk(2));
    assertThatThrownBy(failing::load).isInstanceOf(IOException.class);
    failing.close();
  }

  /** What can be read after a failed sync says nothing about the disk, nor does the next sync. */
  @Test
  void afterAFailedForce_nothingIsReadOrWritten_untilARestart() throws IOException {
    for (int failing = 1; failing <= 2; failing++) { // of the step, of its key
      Path at = folder.resolve("at-" + failing);
      Files.createDirectory(at);
      var step = new SealedStep(at, new Disk(failing));
      assertThatThrownBy(() -> step.save(MANIFEST, step(1))).hasMessageContaining("no such disk");
      assertThatThrownBy(() -> step.save(MANIFEST, step(1))).hasMessageContaining("restarted");
      assertThatThrownBy(step::load).hasMessageContaining("restarted");
      step.close();
      var next = new SealedStep(at);
      next.save(MANIFEST, step(2));
      assertThat(next.load()).contains(step(2));
      next.close();
    }
  }
}
