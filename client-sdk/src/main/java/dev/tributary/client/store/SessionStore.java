package dev.tributary.client.store;

import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.SecretBytes;
import java.util.Optional;

/**
 * Keeps a device's identity, session, finished update and round secrets over restarts of its
 * program. An SPI: a platform with a keystore of its own replaces {@link FileSessionStore}. Used by
 * one thread at a time.
 *
 * <p>Every write is atomic and durable when it returns. Whatever cannot be read is an error: a
 * store never answers with a new identity where there was one.
 */
public interface SessionStore extends AutoCloseable {

  /**
   * The device's identity; made and kept at the first call ever.
   *
   * @throws SessionStoreException when there was an identity and it cannot be read
   */
  DeviceKeyPair keyPair();

  /**
   * The session last saved, with the manifest of {@link #saveStep} among those that keys were made
   * for; empty when none ever was.
   *
   * @throws SessionStoreException when there is one and it cannot be read
   */
  Optional<DeviceSession> load();

  /** Replaces the session. */
  void save(DeviceSession session);

  /** Keeps an update until it is discarded. */
  void saveUpdate(UploadId upload, byte[] update);

  /**
   * The bytes of a kept update.
   *
   * @throws SessionStoreException when they are not there, or not of this length and digest
   */
  byte[] loadUpdate(UploadId upload, long lengthBytes, ContentDigest digest);

  /** Deletes all kept updates. */
  void discardUpdates();

  /**
   * Keeps where the device is in the key protocol of its round, in place of what was kept before.
   * It holds keys: what is written must be of no use to whoever reads or copies it without a key
   * that is kept apart and that the store alone can read.
   *
   * @param manifest of the round that the keys were made for. From now on {@link #load} names it
   *     among {@link DeviceSession#sessions}, until the step of another round is saved: a device
   *     that forgot it would make other keys for the same session
   * @param step stays the caller's
   */
  void saveStep(ContentDigest manifest, SecretBytes step);

  /**
   * The step last saved, owned by the caller; empty when there is none.
   *
   * @throws SessionStoreException when there is one and it cannot be read, or is not as it was
   *     saved
   */
  Optional<SecretBytes> loadStep();

  /** Forgets the step, and the key that it was sealed with: neither can be had again. */
  void eraseStep();

  /** Releases the store for another process. */
  @Override
  void close();
}
