package dev.tributary.client.store;

import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.OwnerOnlyFile;
import dev.tributary.security.secret.SecretBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a device is in its round, sealed: {@code step.sealed}, under a key of that round alone in
 * {@code step-key}, which its owner only can read. At the end of the round the step and its key are
 * overwritten with zeros, so that a copy of the sealed file that was made earlier (a backup, a
 * block of the disk) opens no more. Used by one thread at a time.
 *
 * <p>Behind the key stands the digest of the manifest that it was made for, written with it. It
 * stays until the next round: a device whose step is lost must know that it had one. Both are in
 * one sector of a disk; of a write that was torn all the same, the round is lost and no more.
 *
 * <p>The sealed file is a log of the round's few steps, each {@code u32 length ‖ sealed step}, and
 * after them what is left of longer rounds. A step is appended, and when it is durable the one
 * before is overwritten. So the last one that opens is the step: one that a crash cut off does not
 * open, and leaves the one before it. The first is durable before its key is: a key that is not
 * zeros opens something, or the log is damaged.
 *
 * <p>Both files are written in place, round after round: to make a file and rename it costs four
 * times as much as to write and force one that has its size already.
 */
final class SealedStep {

  private static final String KEY_FILE = "step-key";
  private static final String SEALED_FILE = "step.sealed";
  private static final byte[] PURPOSE =
      "tributary/file/v1/step of a round".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NO_KEY = new byte[SealingKey.LENGTH_BYTES];
  private static final int DIGEST_BYTES = 32;
  private static final int KEY_FILE_BYTES = NO_KEY.length + DIGEST_BYTES;
  private static final int MAXIMUM_BYTES = 32 << 20;
  private static final int MAXIMUM_FILE_BYTES = 8 * MAXIMUM_BYTES;

  /** Waits until what was written to a file is on the disk. */
  interface Forcing {
    void force(FileChannel file) throws IOException;
  }

  private final Path folder;
  private final Forcing forcing;
  private final Path keyFile;
  private final Path sealedFile;
  private final SecureRandom random = new SecureRandom();
  private @Nullable FileChannel log;
  private @Nullable SealingKey key;
  private boolean folderForced;

  /**
   * After that nobody knows what is on the disk, whatever can be read, until the device restarts.
   */
  private boolean failedToForce;

  /** The step's own; {@link Entry#NONE} when there is none, null while nobody has looked. */
  private @Nullable Entry newest;

  /** Where a sealed step lies in the log. */
  private record Entry(long offset, int lengthBytes) {
    static final Entry NONE = new Entry(0, 0);

    long end() {
      return offset + lengthBytes;
    }
  }

  SealedStep(Path folder) {
    this(folder, file -> file.force(false));
  }

  SealedStep(Path folder, Forcing forcing) {
    this.folder = folder;
    this.forcing = forcing;
    this.keyFile = folder.resolve(KEY_FILE);
    this.sealedFile = folder.resolve(SEALED_FILE);
  }

  /** The round whose keys are kept, or were the last to be; empty before the first. */
  Optional<ContentDigest> lastManifest() throws IOException {
    if (!Files.exists(keyFile)) {
      return Optional.empty();
    }
    byte[] kept = readKeyFile();
    try {
      byte[] digest = Arrays.copyOfRange(kept, NO_KEY.length, KEY_FILE_BYTES);
      return Arrays.equals(digest, new byte[DIGEST_BYTES])
          ? Optional.empty()
          : Optional.of(ContentDigest.ofBytes(digest));
    } finally {
      Arrays.fill(kept, (byte) 0);
    }
  }

  void save(ContentDigest manifest, SecretBytes step) throws IOException {
    requireKnownDisk();
    if (step.length() > MAXIMUM_BYTES) {
      throw new IOException(
          "a step has at most " + MAXIMUM_BYTES + " bytes, this one " + step.length());
    }
    if (newest == null) {
      load().ifPresent(SecretBytes::destroy);
    }
    try {
      Entry before = Objects.requireNonNullElse(newest, Entry.NONE);
      SealingKey known = key;
      if (known == null) {
        begin(manifest, step);
      } else {
        newest = append(before, known.seal(PURPOSE, step, random));
        overwrite(before);
      }
    } catch (IOException unwritten) {
      forgetKey();
      newest = null; // what there is now, the files say
      throw unwritten;
    }
  }

  /** The first step of a round. */
  private void begin(ContentDigest manifest, SecretBytes step) throws IOException {
    byte[] fresh = new byte[SealingKey.LENGTH_BYTES];
    random.nextBytes(fresh);
    SealingKey made = SealingKey.of(SecretBytes.copyOf(fresh, InsecureSecretAccess.get()));
    try {
      Uninterrupted.run(
          () -> {
            if (!Files.exists(keyFile)) { // from now on it is missing only if somebody deleted it
              OwnerOnlyFile.replace(keyFile, new byte[KEY_FILE_BYTES]);
            }
            return keyFile;
          });
      key = made;
      newest = append(Entry.NONE, made.seal(PURPOSE, step, random));
      byte[] both = Arrays.copyOf(fresh, KEY_FILE_BYTES);
      System.arraycopy(manifest.bytes(), 0, both, NO_KEY.length, DIGEST_BYTES);
      try {
        writeKey(both);
      } finally {
        Arrays.fill(both, (byte) 0);
      }
    } finally {
      Arrays.fill(fresh, (byte) 0);
    }
  }

  private Entry append(Entry before, byte[] sealed) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(Integer.BYTES + sealed.length);
    record.putInt(sealed.length).put(sealed);
    write(record.array(), before.end(), true);
    return new Entry(before.end() + Integer.BYTES, sealed.length);
  }

  private void overwrite(Entry entry) throws IOException {
    write(new byte[entry.lengthBytes()], entry.offset(), false);
  }

  private void writeKey(byte[] content) throws IOException {
    Uninterrupted.run(
        () -> {
          try (FileChannel file = FileChannel.open(keyFile, StandardOpenOption.WRITE)) {
            write(file, content, 0);
            force(file);
          }
          return keyFile;
        });
  }

  private void force(FileChannel file) throws IOException {
    try {
      forcing.force(file);
    } catch (ClosedByInterruptException again) {
      throw again;
    } catch (IOException unknown) {
      failedToForce = true;
      throw unknown;
    }
  }

  private void requireKnownDisk() throws IOException {
    if (failedToForce) {
      throw new IOException(
          "an earlier write may not have reached the disk: this program has to be restarted");
    }
  }

  private void write(byte[] content, long offset, boolean durably) throws IOException {
    Uninterrupted.run(
        () -> {
          FileChannel file = log();
          write(file, content, offset);
          if (durably) {
            force(file);
            if (!folderForced) {
              OwnerOnlyFile.forceFolder(folder);
              folderForced = true;
            }
          }
          return file;
        });
  }

  private static void write(FileChannel file, byte[] content, long offset) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    for (long at = offset; bytes.hasRemaining(); ) {
      at += file.write(bytes, at);
    }
  }

  Optional<SecretBytes> load() throws IOException {
    requireKnownDisk();
    newest = null;
    forgetKey();
    if (!Files.exists(sealedFile)) {
      if (Files.exists(keyFile)) {
        writeKey(NO_KEY);
      }
      newest = Entry.NONE;
      return Optional.empty();
    }
    if (!Files.exists(keyFile)) {
      throw new IOException("its key " + keyFile + " is missing");
    }
    byte[] kept = readKeyFile();
    byte[] found = Arrays.copyOf(kept, NO_KEY.length);
    try {
      if (Arrays.equals(found, NO_KEY)) {
        newest = Entry.NONE;
        return Optional.empty();
      }
      SealingKey known = SealingKey.of(SecretBytes.copyOf(found, InsecureSecretAccess.get()));
      key = known;
      SecretBytes step = Uninterrupted.run(() -> newestThatOpens(known));
      forceBoth();
      return Optional.of(step);
    } catch (IOException unreadable) {
      forgetKey();
      throw unreadable;
    } finally {
      Arrays.fill(kept, (byte) 0);
      Arrays.fill(found, (byte) 0);
    }
  }

  /**
   * What a process that died had written may be in memory only, and this one acts on it: it must
   * not be gone when the power is.
   */
  private void forceBoth() throws IOException {
    Uninterrupted.run(
        () -> {
          try (FileChannel file = FileChannel.open(keyFile, StandardOpenOption.WRITE)) {
            force(file);
          }
          force(log());
          return keyFile;
        });
  }

  private byte[] readKeyFile() throws IOException {
    byte[] kept = Uninterrupted.run(() -> OwnerOnlyFile.read(keyFile, KEY_FILE_BYTES));
    if (kept.length == NO_KEY.length) { // of an SDK that wrote no digest
      byte[] padded = Arrays.copyOf(kept, KEY_FILE_BYTES);
      Arrays.fill(kept, (byte) 0);
      return padded;
    }
    if (kept.length != KEY_FILE_BYTES) {
      Arrays.fill(kept, (byte) 0);
      throw new IOException(
          keyFile + ": expected " + KEY_FILE_BYTES + " bytes, found " + kept.length);
    }
    return kept;
  }

  private SecretBytes newestThatOpens(SealingKey known) throws IOException {
    byte[] content = OwnerOnlyFile.read(sealedFile, MAXIMUM_FILE_BYTES);
    List<Entry> entries = entries(ByteBuffer.wrap(content));
    for (int i = entries.size() - 1; i >= 0; i--) {
      Entry entry = entries.get(i);
      int from = Math.toIntExact(entry.offset());
      byte[] sealed = Arrays.copyOfRange(content, from, from + entry.lengthBytes());
      Optional<SecretBytes> step = known.open(PURPOSE, sealed);
      if (step.isPresent()) {
        for (Entry earlier : entries.subList(0, i)) {
          overwrite(earlier); // a crash may have left one
        }
        newest = entry;
        return step.get();
      }
    }
    throw new IOException(
        sealedFile
            + ": expected a step sealed by the key in "
            + keyFile
            + ", found none that opens");
  }

  private static List<Entry> entries(ByteBuffer content) {
    List<Entry> entries = new ArrayList<>();
    while (content.remaining() >= Integer.BYTES) {
      int length = content.getInt();
      if (length < SealingKey.OVERHEAD_BYTES || length > content.remaining()) {
        break;
      }
      entries.add(new Entry(content.position(), length));
      content.position(content.position() + length);
    }
    return entries;
  }

  /**
   * The key first, and durably: a crash in between leaves what nobody can read, and never a key
   * that opens nothing.
   */
  void erase() throws IOException {
    if (Entry.NONE.equals(newest)) {
      return; // of a round without keys
    }
    forgetKey();
    if (Files.exists(keyFile)) {
      writeKey(NO_KEY);
    } else if (Files.exists(sealedFile)) { // somebody deleted the key
      OwnerOnlyFile.replace(keyFile, new byte[KEY_FILE_BYTES]);
    }
    if (newest != null) {
      overwrite(newest);
    }
    newest = Entry.NONE;
  }

  void close() throws IOException {
    forgetKey();
    newest = null;
    FileChannel open = log;
    if (open != null) {
      open.close();
      log = null;
    }
  }

  private void forgetKey() {
    SealingKey known = key;
    if (known != null) {
      known.destroy();
      key = null;
    }
  }

  private FileChannel log() throws IOException {
    FileChannel known = log;
    if (known == null || !known.isOpen()) {
      known = OwnerOnly.open(sealedFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      log = known;
    }
    return known;
  }
}
