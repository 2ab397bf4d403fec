package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.ResidueVerifier;
import dev.tributary.aggregation.mask.ResidueVerifier.Verdict;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.quantize.QuantizationParameters;
import dev.tributary.security.Sha256;
import java.security.MessageDigest;

/**
 * Checks an upload while it arrives: digest and residues, which have a range unless they are
 * masked, in one go. Costs one pass over each chunk and keeps nothing of it. One thread at a time.
 */
final class UploadVerifier {

  private final MessageDigest digest = Sha256.start();
  private final ResidueVerifier residues;

  UploadVerifier(ProtocolKind protocol, QuantizationParameters quantization) {
    this.residues = ResidueVerifier.of(protocol, quantization);
  }

  /** Takes the next bytes of the upload. */
  void accept(byte[] chunk, int length) {
    digest.update(chunk, 0, length);
    residues.accept(chunk, 0, length);
  }

  /**
   * Ends the check, once.
   *
   * @param sha256 what the device said it would send, 32 bytes
   * @throws RejectedException WRONG_DIGEST, WRONG_LENGTH or RESIDUE_OUT_OF_RANGE; names a place,
   *     never a content
   */
  void finish(byte[] sha256) throws RejectedException {
    if (!MessageDigest.isEqual(digest.digest(), sha256)) {
      throw new RejectedException(
          RejectReason.WRONG_DIGEST,
          "the SHA-256 of the received bytes is not the one the request named");
    }
    switch (residues.finish()) {
      case Verdict.Valid() -> {}
      case Verdict.WrongLength(long expected, long actual) ->
          throw new RejectedException(
              RejectReason.WRONG_LENGTH,
              "the vector has " + actual + " bytes; expected " + expected);
      case Verdict.ResidueOutOfRange(int index) ->
          throw new RejectedException(
              RejectReason.RESIDUE_OUT_OF_RANGE, "residue " + index + " is out of range");
      case Verdict.PaddingNotZero() ->
          throw new RejectedException(
              RejectReason.RESIDUE_OUT_OF_RANGE, "the padding after the last residue is not zero");
    }
  }
}
