package dev.tributary.coordinator.round.journal;

import static dev.tributary.coordinator.round.journal.RoundEventCodec.field;
import static dev.tributary.coordinator.round.journal.RoundEventCodec.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tributary.aggregation.mask.graph.Adversary;
import dev.tributary.coordinator.round.plan.SecureAggregation;
import dev.tributary.security.agreement.CipherSuite;
import java.time.Duration;

/** The journal's form of {@link SecureAggregation}, part of {@link RoundEventCodec}'s. */
final class SecureAggregationJson {
  private SecureAggregationJson() {}

  static ObjectNode encode(SecureAggregation secure) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("suite", secure.suite().name())
        .put("adversary", secure.adversary().name())
        .put("corruptPerMyriad", secure.corruptPerMyriad())
        .put("dropoutPerMyriad", secure.dropoutPerMyriad())
        .put("securityBits", secure.securityBits())
        .put("correctnessBits", secure.correctnessBits())
        .put("minimumSurvivors", secure.minimumSurvivors())
        .put("confirmation", secure.confirmation())
        .put("step", secure.step().toString())
        .put("shardSize", secure.shardSize());
  }

  static SecureAggregation decode(JsonNode json) {
    return new SecureAggregation(
        CipherSuite.valueOf(text(json, "suite")),
        Adversary.valueOf(text(json, "adversary")),
        field(json, "corruptPerMyriad").intValue(),
        field(json, "dropoutPerMyriad").intValue(),
        field(json, "securityBits").intValue(),
        field(json, "correctnessBits").intValue(),
        field(json, "minimumSurvivors").intValue(),
        field(json, "confirmation").booleanValue(),
        Duration.parse(text(json, "step")),
        field(json, "shardSize").intValue());
  }
}
