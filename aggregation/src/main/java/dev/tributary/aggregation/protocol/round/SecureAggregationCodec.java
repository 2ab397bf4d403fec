package dev.tributary.aggregation.protocol.round;

import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.aggregation.protocol.codec.WireEnums;
import dev.tributary.aggregation.protocol.secagg.SecureAggregationParameters;
import dev.tributary.aggregation.protocol.wire.Wire;
import dev.tributary.security.agreement.CipherSuite;

/** Between {@link SecureAggregationParameters} and their place in a manifest. */
final class SecureAggregationCodec {

  private SecureAggregationCodec() {}

  static Wire.SecureAggregationParameters toWire(SecureAggregationParameters parameters) {
    return Wire.SecureAggregationParameters.newBuilder()
        .setSuite(toWire(parameters.suite()))
        .setAdversary(toWire(parameters.adversary()))
        .setCorruptPerMyriad(parameters.corruptPerMyriad())
        .setDropoutPerMyriad(parameters.dropoutPerMyriad())
        .setSecurityBits(parameters.securityBits())
        .setCorrectnessBits(parameters.correctnessBits())
        .setMinimumSurvivors(parameters.minimumSurvivors())
        .setConfirmation(parameters.confirmation())
        .setShard(parameters.shard())
        .setShardCount(parameters.shardCount())
        .build();
  }

  static SecureAggregationParameters fromWire(Wire.SecureAggregationParameters wire) {
    return new SecureAggregationParameters(
        WireEnums.find(CipherSuite.values(), SecureAggregationCodec::toWire, wire.getSuite()),
        WireEnums.find(Adversary.values(), SecureAggregationCodec::toWire, wire.getAdversary()),
        wire.getCorruptPerMyriad(),
        wire.getDropoutPerMyriad(),
        wire.getSecurityBits(),
        wire.getCorrectnessBits(),
        wire.getMinimumSurvivors(),
        wire.getConfirmation(),
        wire.getShard(),
        wire.getShardCount());
  }

  private static Wire.CipherSuite toWire(CipherSuite suite) {
    return switch (suite) {
      case CLASSIC -> Wire.CipherSuite.CIPHER_SUITE_CLASSIC;
      case HYBRID -> Wire.CipherSuite.CIPHER_SUITE_HYBRID;
    };
  }

  private static Wire.Adversary toWire(Adversary adversary) {
    return switch (adversary) {
      case SEMI_HONEST -> Wire.Adversary.ADVERSARY_SEMI_HONEST;
      case ACTIVE -> Wire.Adversary.ADVERSARY_ACTIVE;
    };
  }
}
