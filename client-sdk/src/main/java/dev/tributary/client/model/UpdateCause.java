package dev.tributary.client.model;

import java.util.Locale;

/** Why a device kept the model that it has. */
public enum UpdateCause {
  /** The metadata was not believed. */
  METADATA,
  /** What the device kept of its trust is not what it believed: a person has to look. */
  DAMAGED_TRUST,
  /** The repository has no such channel. */
  NO_CHANNEL,
  /** What the channel points to is not among the targets. */
  NO_MANIFEST,
  /** A file of the manifest is not among the targets, or has another length there. */
  NO_FILE,
  /** The file of the channel is none, or is that of another channel. */
  MALFORMED_CHANNEL,
  /** The manifest is none, or is that of another population. */
  MALFORMED_MANIFEST,
  /** The device can run no artifact of the version, or none that is small enough. */
  NOTHING_TO_RUN,
  /** Other bytes came than the signed metadata describes. */
  WRONG_FILE,
  /** The model could not be loaded. */
  UNUSABLE_MODEL,
  /** The coordinator gave no answer, or refused one. */
  UNREACHABLE,
  /** The device's own disk failed. */
  STORAGE;

  /** Kebab-case, for logs and reports. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
