package dev.tributary.simulations.chaos.device;

import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.store.SessionStoreException;
import dev.tributary.security.identity.DeviceKeyPair;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one device has on disk. Outlives its processes, which can be killed before and after each
 * write. Used by one thread at a time.
 */
final class SimulatedSessionStore implements SessionStore {
  private final DeviceKeyPair keys;
  private final Runnable step;
  private final Map<UploadId, byte[]> updates = new HashMap<>();
  private @Nullable DeviceSession session;
  private byte @Nullable [] keyStep;
  private @Nullable ContentDigest lastManifest;

  /**
   * An empty store.
   *
   * @param step called before and after each write; it may kill the process
   */
  SimulatedSessionStore(DeviceKeyPair keys, Runnable step) {
    this.keys = keys;
    this.step = step;
  }

  @Override
  public DeviceKeyPair keyPair() {
    return keys;
  }

  @Override
  public Optional<DeviceSession> load() {
    return Optional.ofNullable(session)
        .map(saved -> lastManifest == null ? saved : saved.withKeysFor(lastManifest));
  }

  @Override
  public void save(DeviceSession next) {
    durably(() -> session = next);
  }

  @Override
  public void saveUpdate(UploadId upload, byte[] update) {
    byte[] copy = update.clone();
    durably(() -> updates.put(upload, copy));
  }

  @Override
  public byte[] loadUpdate(UploadId upload, long lengthBytes, ContentDigest digest) {
    byte[] update = updates.get(upload);
    if (update == null
        || update.length != lengthBytes
        || !ContentDigest.of(update).equals(digest)) {
      throw new SessionStoreException("there is no such update as " + upload);
    }
    return update.clone();
  }

  @Override
  public void discardUpdates() {
    durably(updates::clear);
  }

  @Override
  public void saveStep(ContentDigest manifest, SecretBytes next) {
    byte[] copy = next.toByteArray(InsecureSecretAccess.get());
    durably(
        () -> {
          keyStep = copy;
          lastManifest = manifest;
        });
  }

  @Override
  public Optional<SecretBytes> loadStep() {
    return Optional.ofNullable(keyStep)
        .map(bytes -> SecretBytes.copyOf(bytes, InsecureSecretAccess.get()));
  }

  @Override
  public void eraseStep() {
    durably(() -> keyStep = null);
  }

  private void durably(Runnable write) {
    step.run();
    write.run();
    step.run();
  }

  @Override
  public void close() {}
}
