package dev.tributary.simulations.scenario;

import java.util.Locale;

/** Which runtime trains and evaluates the model. */
public enum RuntimeChoice {
  /** Java where it knows every layer of the model, else PyTorch. */
  AUTO,
  JAVA,
  PYTORCH;

  /** The name in scenarios and reports, and the preference that the runtimes are asked with. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
