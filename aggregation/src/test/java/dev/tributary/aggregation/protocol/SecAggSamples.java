package dev.tributary.aggregation.protocol;

import dev.tributary.aggregation.mask.ProtocolKind;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.WireFormatTest.Sample;
import dev.tributary.aggregation.protocol.access.Credentials;
import dev.tributary.aggregation.protocol.access.EnrolResponse;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.secagg.roster.KeyAdvertisement;
import dev.tributary.aggregation.protocol.secagg.roster.RosterAnswer;
import dev.tributary.aggregation.protocol.secagg.roster.RosterEntry;
import dev.tributary.aggregation.protocol.secagg.share.ReceivedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShare;
import dev.tributary.aggregation.protocol.secagg.share.SealedShares;
import dev.tributary.aggregation.protocol.secagg.share.ShareEnvelope;
import dev.tributary.aggregation.protocol.secagg.share.ShareInbox;
import dev.tributary.aggregation.protocol.secagg.unmask.Confirmation;
import dev.tributary.aggregation.protocol.secagg.unmask.RevealedShare;
import dev.tributary.aggregation.protocol.secagg.unmask.ShareKind;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorSet;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsAnnounced;
import dev.tributary.aggregation.protocol.secagg.unmask.SurvivorsConfirmed;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskAnswer;
import dev.tributary.aggregation.protocol.secagg.unmask.UnmaskRequest;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.identity.DeviceSignature;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The messages of secure aggregation in {@code src/test/resources/wire}. They show an encoding, not
 * a round: keys, hashes and signatures count up from some byte, a certificate is two words.
 */
final class SecAggSamples {

  private static final OpaqueBytes CERTIFICATE =
      OpaqueBytes.of("a certificate".getBytes(StandardCharsets.US_ASCII));
  private static final OpaqueBytes CLASSIC_CERTIFICATE =
      OpaqueBytes.of("a shorter one".getBytes(StandardCharsets.US_ASCII));
  private static final SurvivorSet SURVIVORS = SurvivorSet.of(10, i -> i == 0 || i == 2 || i == 9);

  private static final SecureAggregationParameters PARAMETERS =
      new SecureAggregationParameters(
          CipherSuite.CLASSIC, Adversary.ACTIVE, 500, 1000, 40, 30, 20, true, 0, 1);

  private SecAggSamples() {}

  static Stream<Sample> samples(DeviceId device, RoundManifest plain) {
    return Stream.of(
        new Sample(
            "enrol-response-credentials",
            new EnrolResponse(
                1,
                device,
                Optional.of(
                    new Credentials(
                        CERTIFICATE,
                        counting(32, 0),
                        Optional.of(counting(1952, 1)),
                        Optional.of(CLASSIC_CERTIFICATE)))),
            MessageKind.ENROL_RESPONSE),
        new Sample("round-manifest-secagg", manifest(plain), MessageKind.ROUND_MANIFEST),
        new Sample("key-advertisement", keys(32, 0x10), MessageKind.KEY_ADVERTISEMENT),
        new Sample("key-advertisement-hybrid", keys(1216, 0x10), MessageKind.KEY_ADVERTISEMENT),
        new Sample("roster-answer", roster(), MessageKind.ROSTER_ANSWER),
        new Sample(
            "sealed-shares",
            new SealedShares(
                counting(32, 0x40),
                List.of(
                    new SealedShare(0, envelope(0, 0, 0x10)),
                    new SealedShare(299, envelope(0, 0, 0x20))),
                signature(0x80)),
            MessageKind.SEALED_SHARES),
        new Sample(
            "sealed-shares-hybrid",
            new SealedShares(
                counting(32, 0x40),
                List.of(
                    new SealedShare(0, envelope(1120, 0, 0x10)),
                    new SealedShare(299, envelope(1120, 1120, 0x20))),
                signature(0x80)),
            MessageKind.SEALED_SHARES),
        new Sample(
            "share-inbox",
            new ShareInbox(
                List.of(
                    received(0, 0x10, List.of(counting(32, 1), counting(32, 2))),
                    received(299, 0x20, List.of()))),
            MessageKind.SHARE_INBOX),
        new Sample(
            "survivors-announced",
            SurvivorsAnnounced.of(SURVIVORS),
            MessageKind.SURVIVORS_ANNOUNCED),
        new Sample(
            "survivors-confirmed",
            new SurvivorsConfirmed(signature(0x80)),
            MessageKind.SURVIVORS_CONFIRMED),
        new Sample("unmask-request", UnmaskRequest.of(SURVIVORS), MessageKind.UNMASK_REQUEST),
        new Sample(
            "unmask-request-confirmed",
            new UnmaskRequest(
                SURVIVORS.bitmap(),
                List.of(confirmation(0), confirmation(9)),
                List.of(counting(32, 1))),
            MessageKind.UNMASK_REQUEST),
        new Sample(
            "unmask-answer",
            new UnmaskAnswer(
                List.of(
                    new RevealedShare(0, ShareKind.SELF, secret(0x10)),
                    new RevealedShare(1, ShareKind.MASK, secret(0x20)))),
            MessageKind.UNMASK_ANSWER));
  }

  static RoundManifest manifest(RoundManifest plain) {
    return new RoundManifest(
        plain.roundId(),
        plain.kind(),
        ProtocolKind.SECAGG_PLUS,
        plain.population(),
        plain.modelDigest(),
        plain.modelBytes(),
        plain.modelSpecJson(),
        plain.quantization(),
        plain.training(),
        plain.targetCount(),
        plain.minimumCount(),
        plain.reportingDeadlineMillis(),
        Optional.of(PARAMETERS));
  }

  private static RosterAnswer roster() {
    return new RosterAnswer(
        300,
        counting(32, 0x40),
        signature(0x80),
        2,
        List.of(new RosterEntry(0, keys(32, 0x10)), new RosterEntry(299, keys(32, 0x20))),
        List.of(counting(32, 1), counting(32, 2)));
  }

  private static KeyAdvertisement keys(int length, int from) {
    return new KeyAdvertisement(
        CERTIFICATE, counting(length, from), counting(length, from + 1), signature(from + 2));
  }

  private static ShareEnvelope envelope(int channelBytes, int maskBytes, int from) {
    return new ShareEnvelope(
        counting(108, from),
        counting(channelBytes, from + 1),
        counting(maskBytes, from + 2),
        counting(32, from + 3),
        counting(32, from + 4));
  }

  private static ReceivedShare received(int sender, int from, List<OpaqueBytes> proof) {
    return new ReceivedShare(
        sender, envelope(0, 0, from), counting(32, from + 5), signature(from + 6), proof);
  }

  private static Confirmation confirmation(int index) {
    return new Confirmation(
        index, CERTIFICATE, counting(32, 0x10 + index), signature(0x80 + index));
  }

  private static DeviceSignature signature(int from) {
    return DeviceSignature.of(counting(64, from).toByteArray());
  }

  private static SecretBytes secret(int from) {
    return SecretBytes.copyOf(counting(40, from).toByteArray(), InsecureSecretAccess.get());
  }

  private static OpaqueBytes counting(int length, int from) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (from + i);
    }
    return OpaqueBytes.of(bytes);
  }
}
