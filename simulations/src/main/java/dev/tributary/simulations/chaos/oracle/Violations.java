package dev.tributary.simulations.chaos.oracle;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was found not to hold. One thread at a time. */
public final class Violations {
  private static final Logger LOG = LoggerFactory.getLogger(Violations.class);
  private static final int KEPT_COUNT = 50;

  private final List<String> found = new ArrayList<>();

  public void add(String what) {
    if (found.size() < KEPT_COUNT) {
      found.add(what);
    }
  }

  /** Something threw what nobody had declared. */
  public void defect(String where, Throwable thrown) {
    LOG.debug("{}", where, thrown);
    add("undeclared exception " + where + ": " + thrown + at(thrown));
  }

  private static String at(Throwable thrown) {
    var trace = thrown.getStackTrace();
    return trace.length == 0 ? "" : " at " + trace[0];
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<String> all() {
    return List.copyOf(found);
  }
}
