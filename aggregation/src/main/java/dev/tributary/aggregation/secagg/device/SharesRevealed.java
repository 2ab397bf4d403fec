package dev.tributary.aggregation.secagg.device;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.aggregation.secagg.RefusalReason;
import dev.tributary.aggregation.secagg.SessionRefusedException;
import dev.tributary.aggregation.secagg.SessionTerms;
import dev.tributary.aggregation.secagg.device.kept.Messages;
import dev.tributary.aggregation.secagg.device.kept.StepKind;
import dev.tributary.aggregation.secagg.device.kept.StepReader;
import dev.tributary.aggregation.secagg.device.kept.StepWriter;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Arrays;

/** Has answered for one set of survivors: repeats that answer, and gives no other one, ever. */
public final class SharesRevealed implements DeviceStep {

  private final SessionTerms terms;
  private final OpaqueBytes survivors;
  private final UnmaskAnswer answer;

  SharesRevealed(SessionTerms terms, OpaqueBytes survivors, UnmaskAnswer answer) {
    this.terms = terms;
    this.survivors = survivors;
    this.answer = answer;
  }

  /** What to send: the same each time. */
  public UnmaskAnswer answer() {
    return answer;
  }

  /**
   * The answer to a repeated request.
   *
   * @throws SessionRefusedException when it asks for other survivors than the first
   */
  public UnmaskAnswer answer(UnmaskRequest request) throws SessionRefusedException {
    if (!request.bitmap().equals(survivors)) {
      throw new SessionRefusedException(
          RefusalReason.SURVIVORS_CHANGED,
          "survivors: this device has answered for others, and answers once");
    }
    return answer;
  }

  @Override
  public SecretBytes encode() {
    byte[] message = answer.encode();
    SecretBytes secret = SecretBytes.copyOf(message, InsecureSecretAccess.get());
    Arrays.fill(message, (byte) 0);
    try {
      return new StepWriter(StepKind.SHARES_REVEALED, terms).bytes(survivors).secret(secret).done();
    } finally {
      secret.destroy();
    }
  }

  static SharesRevealed read(SessionTerms terms, StepReader in) {
    return new SharesRevealed(
        terms, in.bytes(), Messages.decoded(in.bytes(), UnmaskAnswer::decode));
  }

  @Override
  public void destroy() {
    answer.shares().forEach(share -> share.share().destroy());
  }
}
