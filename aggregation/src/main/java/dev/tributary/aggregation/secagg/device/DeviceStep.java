package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.StepKind;
import dev.tributary.aggregation.secagg.device.kept.StepReader;
import dev.tributary.security.secret.SecretBytes;

/**
 * Where a device is in a session. Immutable but for the secrets, which a step destroys when it
 * hands over to the next; for one thread at a time.
 *
 * <pre>
 * KeysAdvertised -roster-> SharesDealt -inbox-> MasksAgreed -update sent-> UpdateSent -request-> SharesRevealed
 *                                                             UpdateSent -survivors-> UpdateSent (R3)
 * </pre>
 *
 * <p>A device keeps the encoding of its step, sealed, and durable before it sends what belongs to
 * the step. Taken up again after a restart, it says the same.
 */
public sealed interface DeviceStep
    permits KeysAdvertised, SharesDealt, MasksAgreed, UpdateSent, SharesRevealed {

  /** The step as bytes that hold its secrets: to be sealed, never to be stored as they are. */
  SecretBytes encode();

  /** Overwrites the secrets of this step. */
  void destroy();

  /**
   * The step that {@link #encode} wrote.
   *
   * @param terms of the same session
   * @throws IllegalArgumentException when the bytes are not a step of this session
   */
  static DeviceStep decode(SessionTerms terms, SecretBytes encoded) {
    return StepReader.read(terms, encoded, (kind, in) -> read(kind, terms, in));
  }

  private static DeviceStep read(StepKind kind, SessionTerms terms, StepReader in) {
    return switch (kind) {
      case KEYS_ADVERTISED -> KeysAdvertised.read(terms, in);
      case SHARES_DEALT -> SharesDealt.read(terms, in);
      case MASKS_AGREED -> MasksAgreed.read(terms, in);
      case UPDATE_SENT -> UpdateSent.read(terms, in);
      case SHARES_REVEALED -> SharesRevealed.read(terms, in);
    };
  }
}
