package dev.tributary.aggregation.protocol;

import static dev.tributary.aggregation.protocol.RejectReason.FIELD_OUT_OF_RANGE;
import static dev.tributary.aggregation.protocol.RejectReason.FIELD_WRONG_SIZE;
import static dev.tributary.aggregation.protocol.RejectReason.MISSING_FIELD;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_ENUM;
import static dev.tributary.aggregation.protocol.RejectReason.UNKNOWN_FIELD;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.tributary.aggregation.protocol.wire.Wire;
import java.util.Collections;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The faults of single fields in messages of secure aggregation. */
class SecAggFieldFaultsTest {

  private static final UnknownFieldSet FIELD_100 =
      UnknownFieldSet.newBuilder()
          .addField(100, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
          .build();
  private static final int TOO_MANY = 1 << 20;

  static Stream<FieldFault> faults() {
    return Stream.of(
            credentialFaults(),
            parameterFaults(),
            advertisementFaults(),
            rosterFaults(),
            shareFaults(),
            survivorFaults(),
            unmaskFaults())
        .flatMap(faults -> faults);
  }

  private static Stream<FieldFault> credentialFaults() {
    return Stream.of(
        enrol("empty certificate", FIELD_WRONG_SIZE, b -> b.setCertificate(bytes(0))),
        enrol("certificate of 8193", FIELD_WRONG_SIZE, b -> b.setCertificate(bytes(8193))),
        enrol("certificate missing", MISSING_FIELD, b -> b.clearCertificate()),
        enrol("short key", FIELD_WRONG_SIZE, b -> b.setAuthorityKey(bytes(31))),
        enrol("key missing", MISSING_FIELD, b -> b.clearAuthorityKey()),
        enrol(
            "one key alone",
            MISSING_FIELD,
            b -> b.clearCertificate().clearAuthorityPqKey().clearClassicCertificate()),
        enrol(
            "classic certificate alone",
            MISSING_FIELD,
            b -> b.clearCertificate().clearAuthorityKey().clearAuthorityPqKey()),
        enrol(
            "empty classic certificate", FIELD_WRONG_SIZE, b -> b.setClassicCertificate(bytes(0))),
        enrol(
            "classic certificate of 8193",
            FIELD_WRONG_SIZE,
            b -> b.setClassicCertificate(bytes(8193))),
        enrol("empty key", FIELD_WRONG_SIZE, b -> b.setAuthorityPqKey(bytes(0))),
        enrol("short second key", FIELD_WRONG_SIZE, b -> b.setAuthorityPqKey(bytes(1951))));
  }

  private static Stream<FieldFault> parameterFaults() {
    return Stream.of(
        manifest("parameters missing", FIELD_OUT_OF_RANGE, b -> b.clearSecureAggregation()),
        manifest(
            "parameters of a plain round",
            FIELD_OUT_OF_RANGE,
            b -> b.setProtocol(Wire.ProtocolKind.PROTOCOL_KIND_PLAIN)),
        parameters(
            "suite 0", UNKNOWN_ENUM, b -> b.setSuite(Wire.CipherSuite.CIPHER_SUITE_UNSPECIFIED)),
        parameters("suite 3", UNKNOWN_ENUM, b -> b.setSuiteValue(3)),
        parameters(
            "adversary 0", UNKNOWN_ENUM, b -> b.setAdversary(Wire.Adversary.ADVERSARY_UNSPECIFIED)),
        parameters("adversary 3", UNKNOWN_ENUM, b -> b.setAdversaryValue(3)),
        parameters("most corrupt", FIELD_OUT_OF_RANGE, b -> b.setCorruptPerMyriad(5001)),
        parameters("2^32-1 corrupt", FIELD_OUT_OF_RANGE, b -> b.setCorruptPerMyriad(-1)),
        parameters("all drop out", FIELD_OUT_OF_RANGE, b -> b.setDropoutPerMyriad(9001)),
        parameters("sigma 19", FIELD_OUT_OF_RANGE, b -> b.setSecurityBits(19)),
        parameters("sigma 81", FIELD_OUT_OF_RANGE, b -> b.setSecurityBits(81)),
        parameters("eta 9", FIELD_OUT_OF_RANGE, b -> b.setCorrectnessBits(9)),
        parameters("eta 81", FIELD_OUT_OF_RANGE, b -> b.setCorrectnessBits(81)),
        parameters("one survivor", FIELD_OUT_OF_RANGE, b -> b.setMinimumSurvivors(1)),
        parameters(
            "2^20+1 survivors", FIELD_OUT_OF_RANGE, b -> b.setMinimumSurvivors(TOO_MANY + 1)),
        parameters("no shards", FIELD_OUT_OF_RANGE, b -> b.setShardCount(0)),
        parameters("2^32-1 shards", FIELD_OUT_OF_RANGE, b -> b.setShardCount(-1)),
        parameters("shard 1 of 1", FIELD_OUT_OF_RANGE, b -> b.setShard(1)),
        parameters("confirmation missing", MISSING_FIELD, b -> b.clearConfirmation()),
        parameters("unknown field", UNKNOWN_FIELD, b -> b.setUnknownFields(FIELD_100)));
  }

  private static Stream<FieldFault> advertisementFaults() {
    return Stream.of(
        keys("empty certificate", FIELD_WRONG_SIZE, b -> b.setCertificate(bytes(0))),
        keys("certificate of 8193", FIELD_WRONG_SIZE, b -> b.setCertificate(bytes(8193))),
        keys("empty channel key", FIELD_WRONG_SIZE, b -> b.setChannelKey(bytes(0))),
        keys("channel key of 33", FIELD_WRONG_SIZE, b -> b.setChannelKey(bytes(33))),
        keys("mask key of 1215", FIELD_WRONG_SIZE, b -> b.setMaskKey(bytes(1215))),
        keys("keys of two suites", FIELD_OUT_OF_RANGE, b -> b.setMaskKey(bytes(1216))),
        keys("signature of 63", FIELD_WRONG_SIZE, b -> b.setSignature(bytes(63))));
  }

  private static Stream<FieldFault> rosterFaults() {
    return Stream.of(
        roster("alone", FIELD_OUT_OF_RANGE, b -> b.setSize(1)),
        roster("2^20+1 devices", FIELD_OUT_OF_RANGE, b -> b.setSize(TOO_MANY + 1)),
        roster("size below a neighbour", FIELD_OUT_OF_RANGE, b -> b.setSize(299)),
        roster("short root", FIELD_WRONG_SIZE, b -> b.setRoot(bytes(31))),
        roster("long signature", FIELD_WRONG_SIZE, b -> b.setSignature(bytes(65))),
        roster("own index beyond", FIELD_OUT_OF_RANGE, b -> b.setIndex(300)),
        roster("own index 2^32-1", FIELD_OUT_OF_RANGE, b -> b.setIndex(-1)),
        roster("own neighbour", FIELD_OUT_OF_RANGE, b -> b.setIndex(299)),
        roster("no neighbours", FIELD_WRONG_SIZE, b -> b.clearNeighbours()),
        roster(
            "1025 neighbours",
            FIELD_WRONG_SIZE,
            b -> b.addAllNeighbours(Collections.nCopies(1023, b.getNeighbours(0)))),
        roster(
            "neighbours descending",
            FIELD_OUT_OF_RANGE,
            b -> b.getNeighboursBuilder(0).setIndex(299 + 1)),
        neighbour("2^32-1", FIELD_OUT_OF_RANGE, b -> b.setIndex(-1)),
        neighbour("beyond the roster", FIELD_OUT_OF_RANGE, b -> b.setIndex(300)),
        neighbour("twice", FIELD_OUT_OF_RANGE, b -> b.setIndex(0)),
        neighbour("no certificate", FIELD_WRONG_SIZE, b -> b.setCertificate(bytes(0))),
        neighbour("two suites", FIELD_OUT_OF_RANGE, b -> b.setChannelKey(bytes(1216))),
        neighbour("short signature", FIELD_WRONG_SIZE, b -> b.setSignature(bytes(63))),
        neighbour("key missing", MISSING_FIELD, b -> b.clearMaskKey()),
        neighbour("unknown field", UNKNOWN_FIELD, b -> b.setUnknownFields(FIELD_100)),
        roster("short node", FIELD_WRONG_SIZE, b -> b.addProof(bytes(31))),
        roster(
            "20481 nodes",
            FIELD_WRONG_SIZE,
            b -> b.addAllProof(Collections.nCopies(20_479, bytes(32)))));
  }

  private static Stream<FieldFault> shareFaults() {
    return Stream.of(
        shares("short commitment", FIELD_WRONG_SIZE, b -> b.setSelfMaskCommitment(bytes(31))),
        shares("no shares", FIELD_WRONG_SIZE, b -> b.clearShares()),
        shares(
            "1025 shares",
            FIELD_WRONG_SIZE,
            b -> b.addAllShares(Collections.nCopies(1023, b.getShares(0)))),
        share("recipient twice", FIELD_OUT_OF_RANGE, b -> b.setIndex(0)),
        share("recipient 2^20", FIELD_OUT_OF_RANGE, b -> b.setIndex(TOO_MANY)),
        share("recipient 2^32-1", FIELD_OUT_OF_RANGE, b -> b.setIndex(-1)),
        share("box of 107", FIELD_WRONG_SIZE, b -> b.setBox(bytes(107))),
        share("encapsulation of 1", FIELD_WRONG_SIZE, b -> b.setChannelEncapsulation(bytes(1))),
        share("encapsulation of 1119", FIELD_WRONG_SIZE, b -> b.setMaskEncapsulation(bytes(1119))),
        share("two suites", FIELD_OUT_OF_RANGE, b -> b.setMaskEncapsulation(bytes(1120))),
        share("absent, not empty", MISSING_FIELD, b -> b.clearMaskEncapsulation()),
        share("short hash", FIELD_WRONG_SIZE, b -> b.setSelfShareHash(bytes(20))),
        share("long hash", FIELD_WRONG_SIZE, b -> b.setMaskShareHash(bytes(64))),
        shares("short signature", FIELD_WRONG_SIZE, b -> b.setSignature(bytes(0))),
        shares("signature missing", MISSING_FIELD, b -> b.clearSignature()),
        inbox("no shares", FIELD_WRONG_SIZE, b -> b.clearShares()),
        inbox("sender twice", FIELD_OUT_OF_RANGE, b -> b.getSharesBuilder(1).setIndex(0)),
        inbox("senders descending", FIELD_OUT_OF_RANGE, b -> b.getSharesBuilder(0).setIndex(300)),
        inbox("sender 2^20", FIELD_OUT_OF_RANGE, b -> b.getSharesBuilder(1).setIndex(TOO_MANY)),
        inbox("short box", FIELD_WRONG_SIZE, b -> b.getSharesBuilder(1).setBox(bytes(1))),
        inbox("one bare", MISSING_FIELD, b -> b.getSharesBuilder(1).clearSelfMaskCommitment()),
        inbox(
            "short commitment",
            FIELD_WRONG_SIZE,
            b -> b.getSharesBuilder(1).setSelfMaskCommitment(bytes(31))),
        inbox(
            "long signature", FIELD_WRONG_SIZE, b -> b.getSharesBuilder(1).setSignature(bytes(65))),
        inbox("short node", FIELD_WRONG_SIZE, b -> b.getSharesBuilder(0).addProof(bytes(31))),
        inbox(
            "11 nodes",
            FIELD_WRONG_SIZE,
            b -> b.getSharesBuilder(0).addAllProof(Collections.nCopies(9, bytes(32)))));
  }

  private static Stream<FieldFault> survivorFaults() {
    return Stream.of(
        FieldFault.in(
            "no bitmap",
            MessageKind.SURVIVORS_ANNOUNCED,
            FIELD_WRONG_SIZE,
            Wire.SurvivorsAnnounced.newBuilder().setVersion(1).setSurvivors(bytes(0))),
        FieldFault.in(
            "a bitmap of 2^20+8",
            MessageKind.SURVIVORS_ANNOUNCED,
            FIELD_WRONG_SIZE,
            Wire.SurvivorsAnnounced.newBuilder()
                .setVersion(1)
                .setSurvivors(bytes(TOO_MANY / 8 + 1))),
        FieldFault.in(
            "short signature",
            MessageKind.SURVIVORS_CONFIRMED,
            FIELD_WRONG_SIZE,
            Wire.SurvivorsConfirmed.newBuilder().setVersion(1).setSignature(bytes(63))));
  }

  private static Stream<FieldFault> unmaskFaults() {
    return Stream.of(
        request("no bitmap", FIELD_WRONG_SIZE, b -> b.setSurvivors(bytes(0))),
        request("proof of nothing", FIELD_OUT_OF_RANGE, b -> b.clearConfirmations()),
        request("short node", FIELD_WRONG_SIZE, b -> b.addProof(bytes(31))),
        request(
            "1793 confirmations",
            FIELD_WRONG_SIZE,
            b -> b.addAllConfirmations(Collections.nCopies(1791, b.getConfirmations(0)))),
        confirmation("twice", FIELD_OUT_OF_RANGE, b -> b.setIndex(0)),
        confirmation("2^20", FIELD_OUT_OF_RANGE, b -> b.setIndex(TOO_MANY)),
        confirmation("no certificate", FIELD_WRONG_SIZE, b -> b.setCertificate(bytes(0))),
        confirmation("short digest", FIELD_WRONG_SIZE, b -> b.setKeysDigest(bytes(31))),
        confirmation("short signature", FIELD_WRONG_SIZE, b -> b.setSignature(bytes(63))),
        answer(
            "1025 shares",
            FIELD_WRONG_SIZE,
            b -> b.addAllShares(Collections.nCopies(1023, b.getShares(0)))),
        revealed("both kinds of one device", FIELD_OUT_OF_RANGE, b -> b.setIndex(0)),
        revealed("2^32-1", FIELD_OUT_OF_RANGE, b -> b.setIndex(-1)),
        revealed("kind 0", UNKNOWN_ENUM, b -> b.setKind(Wire.ShareKind.SHARE_KIND_UNSPECIFIED)),
        revealed("kind 3", UNKNOWN_ENUM, b -> b.setKindValue(3)),
        revealed("short share", FIELD_WRONG_SIZE, b -> b.setShare(bytes(39))),
        revealed("two shares", FIELD_WRONG_SIZE, b -> b.setShare(bytes(80))),
        revealed("share missing", MISSING_FIELD, b -> b.clearShare()));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultyField_isRefusedForItsReason(FieldFault fault) {
    fault.assertRefused();
  }

  private static ByteString bytes(int length) {
    return ByteString.copyFrom(new byte[length]);
  }

  private static FieldFault enrol(
      String what, RejectReason reason, Consumer<Wire.EnrolResponse.Builder> change) {
    return FieldFault.in(
        "enrol-response-credentials",
        MessageKind.ENROL_RESPONSE,
        Wire.EnrolResponse.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault manifest(
      String what, RejectReason reason, Consumer<Wire.RoundManifest.Builder> change) {
    return FieldFault.in(
        "round-manifest-secagg",
        MessageKind.ROUND_MANIFEST,
        Wire.RoundManifest.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault parameters(
      String what, RejectReason reason, Consumer<Wire.SecureAggregationParameters.Builder> change) {
    return manifest(what, reason, b -> change.accept(b.getSecureAggregationBuilder()));
  }

  private static FieldFault keys(
      String what, RejectReason reason, Consumer<Wire.KeyAdvertisement.Builder> change) {
    return FieldFault.in(
        "key-advertisement",
        MessageKind.KEY_ADVERTISEMENT,
        Wire.KeyAdvertisement.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault roster(
      String what, RejectReason reason, Consumer<Wire.RosterAnswer.Builder> change) {
    return FieldFault.in(
        "roster-answer",
        MessageKind.ROSTER_ANSWER,
        Wire.RosterAnswer.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault neighbour(
      String what, RejectReason reason, Consumer<Wire.RosterEntry.Builder> change) {
    return roster("neighbour " + what, reason, b -> change.accept(b.getNeighboursBuilder(1)));
  }

  private static FieldFault shares(
      String what, RejectReason reason, Consumer<Wire.SealedShares.Builder> change) {
    return FieldFault.in(
        "sealed-shares",
        MessageKind.SEALED_SHARES,
        Wire.SealedShares.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault share(
      String what, RejectReason reason, Consumer<Wire.SealedShare.Builder> change) {
    return shares(what, reason, b -> change.accept(b.getSharesBuilder(1)));
  }

  private static FieldFault inbox(
      String what, RejectReason reason, Consumer<Wire.ShareInbox.Builder> change) {
    return FieldFault.in(
        "share-inbox", MessageKind.SHARE_INBOX, Wire.ShareInbox.newBuilder(), what, reason, change);
  }

  private static FieldFault request(
      String what, RejectReason reason, Consumer<Wire.UnmaskRequest.Builder> change) {
    return FieldFault.in(
        "unmask-request-confirmed",
        MessageKind.UNMASK_REQUEST,
        Wire.UnmaskRequest.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault confirmation(
      String what, RejectReason reason, Consumer<Wire.Confirmation.Builder> change) {
    return request(
        "confirmation " + what, reason, b -> change.accept(b.getConfirmationsBuilder(1)));
  }

  private static FieldFault answer(
      String what, RejectReason reason, Consumer<Wire.UnmaskAnswer.Builder> change) {
    return FieldFault.in(
        "unmask-answer",
        MessageKind.UNMASK_ANSWER,
        Wire.UnmaskAnswer.newBuilder(),
        what,
        reason,
        change);
  }

  private static FieldFault revealed(
      String what, RejectReason reason, Consumer<Wire.RevealedShare.Builder> change) {
    return answer(what, reason, b -> change.accept(b.getSharesBuilder(1)));
  }
}
