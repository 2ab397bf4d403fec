package dev.tributary.coordinator.round;

import java.util.Arrays;

/** The names of the states, as rows in the database, operators and metrics have them. */
public enum RoundStateName {
  PLANNED("Planned"),
  ENROLLING("Enrolling"),
  ADVERTISING_KEYS("AdvertisingKeys"),
  SHARING_KEYS("SharingKeys"),
  COLLECTING("Collecting"),
  CONFIRMING("Confirming"),
  UNMASKING("Unmasking"),
  OPTIMIZING("Optimizing"),
  PUBLISHING("Publishing"),
  PUBLISHED("Published"),
  ABANDONED("Abandoned"),
  FAILED("Failed");

  private final String text;

  RoundStateName(String text) {
    this.text = text;
  }

  /** Never changes: databases outlive programs. */
  public String text() {
    return text;
  }

  public static RoundStateName of(RoundState state) {
    return switch (state) {
      case RoundState.Planned s -> PLANNED;
      case RoundState.Enrolling s -> ENROLLING;
      case RoundState.AdvertisingKeys s -> ADVERTISING_KEYS;
      case RoundState.SharingKeys s -> SHARING_KEYS;
      case RoundState.Collecting s -> COLLECTING;
      case RoundState.Confirming s -> CONFIRMING;
      case RoundState.Unmasking s -> UNMASKING;
      case RoundState.Optimizing s -> OPTIMIZING;
      case RoundState.Publishing s -> PUBLISHING;
      case RoundState.Published s -> PUBLISHED;
      case RoundState.Abandoned s -> ABANDONED;
      case RoundState.Failed s -> FAILED;
    };
  }

  /**
   * The reverse of {@link #text}.
   *
   * @throws IllegalArgumentException when it is no state's name
   */
  public static RoundStateName named(String text) {
    return Arrays.stream(values())
        .filter(name -> name.text.equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("a round has no state named '" + text + "'"));
  }
}
