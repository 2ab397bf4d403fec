package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import java.time.Instant;

/** A device as operators see it: never its key, never what it sent. */
public record EnrolledDevice(
    DeviceId id,
    PopulationName population,
    String sdkVersion,
    Instant enrolledAt,
    Instant lastSeenAt) {}
