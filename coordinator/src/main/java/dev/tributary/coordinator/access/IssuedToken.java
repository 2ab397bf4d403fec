package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.security.identity.BearerToken;
import java.time.Instant;

/** An enrolment token at the moment it is made, the only one at which its text is known. */
public record IssuedToken(BearerToken token, PopulationName population, int uses, Instant expiry) {}
