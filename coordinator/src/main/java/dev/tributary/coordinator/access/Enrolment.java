package dev.tributary.coordinator.access;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.access.Credentials;

/** What a device has when it is enrolled: its name, and what others know it by. */
public record Enrolment(DeviceId device, Credentials credentials) {}
