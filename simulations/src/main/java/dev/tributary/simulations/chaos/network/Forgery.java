package dev.tributary.simulations.chaos.network;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.security.Sha256;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.door.Request.Bytes;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/** Uploads that nobody may accept, made from good ones. Pure. */
final class Forgery {
  private Forgery() {}

  /** The same name, the same length, other bytes and their digest. */
  static Request conflicting(Request upload) {
    return redigested(upload, upload.body().flipped(), "conflict");
  }

  /**
   * One that was counted before: in a round whose updates are signed, to another round; otherwise
   * as it was, for nothing but the session tells whose it is.
   */
  static Request replayed(Request before, RoundId to) {
    return before.header("update-signature").isPresent()
        ? before.toRound(to).with(Map.of(Request.FORGED, "replay"), before.body())
        : before.with(Map.of(Request.FORGED, "repeat"), before.body());
  }

  /** One byte too many, and headers that say so. */
  static Request tooLong(Request upload) {
    byte[] bytes = upload.body().array();
    return redigested(upload, new Bytes(Arrays.copyOf(bytes, bytes.length + 1)), "length");
  }

  /** Residues of all ones, larger than any honest device's. */
  static Request outOfRange(Request upload) {
    byte[] bytes = new byte[upload.body().length()];
    Arrays.fill(bytes, (byte) 0xff);
    return redigested(upload, new Bytes(bytes), "residue");
  }

  private static Request redigested(Request upload, Bytes body, String how) {
    var digest = Sha256.start();
    String encoded = Base64.getEncoder().encodeToString(digest.digest(body.array()));
    return upload.with(
        Map.of(
            Request.FORGED,
            how,
            "upload-offset",
            "0",
            "upload-length",
            Integer.toString(body.length()),
            "repr-digest",
            "sha-256=:" + encoded + ":"),
        body);
  }
}
