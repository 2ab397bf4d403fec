package dev.tributary.aggregation.protocol.secagg.share;

import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.OpaqueBytes;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.security.agreement.CipherSuite;

/**
 * What one device sends another through the coordinator, the same when it is sent and when it is
 * received.
 *
 * @param box {@value #BOX_BYTES} bytes: nonce (12), the sealed shares of both secrets (40 each),
 *     tag (16)
 * @param channelEncapsulation from which the recipient gets the key of the box: empty in {@code
 *     CLASSIC}, 1120 bytes in {@code HYBRID}
 * @param maskEncapsulation from which the recipient gets the pairwise mask: 1120 bytes in {@code
 *     HYBRID} from the lower index to the higher, otherwise empty
 * @param selfShareHash commits to the share of the self mask's seed, 32 bytes
 * @param maskShareHash commits to the share of the mask key's seed, 32 bytes
 */
public record ShareEnvelope(
    OpaqueBytes box,
    OpaqueBytes channelEncapsulation,
    OpaqueBytes maskEncapsulation,
    OpaqueBytes selfShareHash,
    OpaqueBytes maskShareHash) {

  /** Length of a box. */
  public static final int BOX_BYTES = 12 + 2 * SecAggRules.SHARE_BYTES + 16;

  /**
   * An envelope.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field has a wrong
   *     length, or the encapsulations are of different suites
   */
  public ShareEnvelope {
    FieldRules.exactBytes("shares.box", box.length(), BOX_BYTES);
    SecAggRules.encapsulation("shares.channel_encapsulation", channelEncapsulation);
    SecAggRules.encapsulation("shares.mask_encapsulation", maskEncapsulation);
    FieldRules.agree(
        maskEncapsulation.isEmpty() || !channelEncapsulation.isEmpty(),
        "shares.mask_encapsulation: expected empty like channel_encapsulation, got "
            + maskEncapsulation.length()
            + " bytes");
    SecAggRules.hash("shares.self_share_hash", selfShareHash);
    SecAggRules.hash("shares.mask_share_hash", maskShareHash);
  }

  /** The suite that encapsulations of this length belong to. */
  public CipherSuite suite() {
    return channelEncapsulation.isEmpty() ? CipherSuite.CLASSIC : CipherSuite.HYBRID;
  }

  /**
   * Whether the encapsulations have the lengths of a suite.
   *
   * @param upwards from a lower index to a higher one: only then is there one for the mask
   */
  public boolean fits(CipherSuite suite, boolean upwards) {
    int length = suite.encapsulationLengthBytes();
    return channelEncapsulation.length() == length
        && maskEncapsulation.length() == (upwards ? length : 0);
  }
}
