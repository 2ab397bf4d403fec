package dev.tributary.client.transport.link;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.client.session.ContentDigest;
import dev.tributary.security.identity.DeviceSignature;
import java.util.Optional;

/**
 * The sending of one update, over as many attempts as it takes. Every attempt after the first, and
 * the first after a restart, asks where the coordinator stands and goes on from there: bytes that
 * arrived are not sent twice, and a lost answer is asked for again under the same id with the same
 * digest, which the coordinator counts once. Used by one thread.
 */
public final class UpdateUpload {

  private final CoordinatorLink link;
  private final RoundId round;
  private final UploadId upload;
  private final byte[] update;
  private final ContentDigest digest;
  private final Optional<DeviceSignature> signature;
  private boolean mayHaveBegun;

  /**
   * An upload.
   *
   * @param update the whole body; not copied and not to be changed
   * @param signature over it, in rounds that ask for one
   * @param mayHaveBegun whether an earlier process may have sent part of it
   */
  public UpdateUpload(
      CoordinatorLink link,
      RoundId round,
      UploadId upload,
      byte[] update,
      ContentDigest digest,
      Optional<DeviceSignature> signature,
      boolean mayHaveBegun) {
    this.link = link;
    this.round = round;
    this.upload = upload;
    this.update = update;
    this.digest = digest;
    this.signature = signature;
    this.mayHaveBegun = mayHaveBegun;
  }

  /**
   * Sends what the coordinator lacks and returns its receipt. After a transient failure it may be
   * called again.
   */
  public UploadReceipt attempt() throws CoordinatorException, InterruptedException {
    long offset = mayHaveBegun ? offsetOfTheCoordinator() : 0;
    mayHaveBegun = true;
    try {
      return sendFrom(offset);
    } catch (RefusedException refused) {
      if (!refused.isFor(RejectReason.OFFSET_MISMATCH) || refused.uploadOffset().isEmpty()) {
        throw refused;
      }
      return sendFrom(refused.uploadOffset().get());
    }
  }

  /**
   * An answer to HEAD has no problem document. When it is a refusal, the upload without a byte of
   * body brings the same refusal with its reason, or the offset.
   */
  private long offsetOfTheCoordinator() throws CoordinatorException, InterruptedException {
    try {
      return link.uploadOffset(round, upload);
    } catch (RefusedException refused) {
      if (refused.isTransient()) {
        throw refused;
      }
      return update.length;
    }
  }

  private UploadReceipt sendFrom(long offset) throws CoordinatorException, InterruptedException {
    if (offset > update.length) {
      throw new UnintelligibleException(
          "the coordinator wants the upload from byte "
              + offset
              + " on, but it has "
              + update.length
              + " bytes");
    }
    UploadReceipt receipt = link.upload(round, upload, update, digest, signature, (int) offset);
    if (!receipt.uploadId().equals(upload)) {
      throw new UnintelligibleException(
          "the receipt is for upload " + receipt.uploadId() + ", not for " + upload);
    }
    return receipt;
  }
}
