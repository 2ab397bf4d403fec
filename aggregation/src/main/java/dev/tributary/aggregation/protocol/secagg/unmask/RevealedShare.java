package dev.tributary.aggregation.protocol.secagg.unmask;

import com.google.protobuf.ByteString;
import dev.tributary.aggregation.protocol.FieldRules;
import dev.tributary.aggregation.protocol.secagg.SecAggRules;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.util.Arrays;

/**
 * A share that a device reveals to the coordinator, and to nobody else.
 *
 * @param index whose secret it is a share of: a place in the roster, below {@value
 *     SecAggRules#MAXIMUM_DEVICES}
 * @param kind which secret
 * @param share {@value SecAggRules#SHARE_BYTES} bytes; destroyed by the holder of the message
 */
public record RevealedShare(int index, ShareKind kind, SecretBytes share) {

  /**
   * A share.
   *
   * @throws dev.tributary.aggregation.protocol.InvalidFieldException when a field is out of range
   */
  public RevealedShare {
    SecAggRules.index("shares.index", index);
    FieldRules.exactBytes("shares.share", share.length(), SecAggRules.SHARE_BYTES);
  }

  Wire.RevealedShare toWire() {
    return Wire.RevealedShare.newBuilder()
        .setIndex(index)
        .setKind(kind.toWire())
        .setShare(share.lend(InsecureSecretAccess.get(), ByteString::copyFrom))
        .build();
  }

  static RevealedShare fromWire(Wire.RevealedShare wire) {
    byte[] share = wire.getShare().toByteArray();
    try {
      return new RevealedShare(
          wire.getIndex(),
          ShareKind.fromWire(wire.getKind()),
          SecretBytes.copyOf(share, InsecureSecretAccess.get()));
    } finally {
      Arrays.fill(share, (byte) 0);
    }
  }
}
