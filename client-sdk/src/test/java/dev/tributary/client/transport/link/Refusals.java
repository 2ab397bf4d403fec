package dev.tributary.client.transport.link;

import dev.tributary.client.transport.ResponseHead;
import java.util.Map;

/** Refusals as a coordinator gives them, for tests of those who are refused. */
public final class Refusals {

  private Refusals() {}

  /** One with a status and no problem document. */
  public static RefusedException ofStatus(int status) {
    var head = new ResponseHead(status, Map.of());
    return new RefusedException(head, ProblemDocument.read(head, new byte[0]));
  }
}
