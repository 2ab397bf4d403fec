package dev.tributary.coordinator.schedule.ledger;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.coordinator.store.RoundJournal.Message;
import dev.tributary.coordinator.store.RoundJournal.MessageStep;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.security.seal.SealingKey;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/**
 * Seals what the devices of one round say in its sessions, shares among it, before the journal
 * keeps it: under a key of that round alone, which is deleted when the sum is open. What is left in
 * pages of the database or in a backup of it cannot be read after that. Safe on any thread.
 */
public final class SessionVault {
  private final RoundId round;
  private final SealingKey key;
  private final SecureRandom random;

  SessionVault(RoundId round, SealingKey key, SecureRandom random) {
    this.round = round;
    this.key = key;
    this.random = random;
  }

  /** Seals a message for the journal. */
  public Message seal(MessageStep step, DeviceId device, byte[] content) {
    var secret = SecretBytes.copyOf(content, InsecureSecretAccess.get());
    try {
      return new Message(step, device, key.seal(place(step, device), secret, random));
    } finally {
      secret.destroy();
    }
  }

  /**
   * Opens what was sealed.
   *
   * @throws StoreException of kind {@code CORRUPT} when it is not of this round, or was changed
   */
  public byte[] open(Message message) {
    var opened =
        key.open(place(message.step(), message.device()), message.sealed())
            .orElseThrow(
                () ->
                    new StoreException(
                        StoreException.Kind.CORRUPT,
                        "round "
                            + round
                            + ": the kept message "
                            + message.step()
                            + " of device "
                            + message.device()
                            + " was not sealed with the key of the round"));
    try {
      return opened.lend(InsecureSecretAccess.get(), byte[]::clone);
    } finally {
      opened.destroy();
    }
  }

  void destroy() {
    key.destroy();
  }

  private byte[] place(MessageStep step, DeviceId device) {
    return ("tributary/session/v1/" + round + "/" + step + "/" + device)
        .getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "SessionVault[" + round + "]";
  }
}
