package dev.tributary.coordinator.intake;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;

/**
 * Which upload: the device it comes from is part of its name, so that no device can touch
 * another's.
 */
public record UploadTarget(DeviceId device, RoundId round, UploadId upload) {}
