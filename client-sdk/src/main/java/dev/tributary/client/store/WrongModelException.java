package dev.tributary.client.store;

import java.io.IOException;

/** The coordinator sent a model that is not the one its manifest names. */
public final class WrongModelException extends IOException {

  private static final long serialVersionUID = 1;

  public WrongModelException(String message) {
    super(message);
  }
}
