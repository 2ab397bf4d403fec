package dev.tributary.simulations.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import dev.tributary.simulations.world.setup.SimulatedDropOut;
import org.slf4j.LoggerFactory;

/** What of the logs the terminal shows. Files are not affected. */
final class ConsoleLogs {

  private ConsoleLogs() {}

  /** Leaves out what devices log about a round that their scenario has them drop out of. */
  private static final class DropOutFilter extends Filter<ILoggingEvent> {

    @Override
    public FilterReply decide(ILoggingEvent event) {
      IThrowableProxy thrown = event.getThrowableProxy();
      return thrown != null && SimulatedDropOut.isMessage(String.valueOf(thrown.getMessage()))
          ? FilterReply.DENY
          : FilterReply.NEUTRAL;
    }
  }

  /** Shows warnings and errors only, for commands whose output is a table of their own. */
  static void warningsOnly() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    var threshold = new ThresholdFilter();
    threshold.setContext(context);
    threshold.setLevel(Level.WARN.toString());
    threshold.start();
    context
        .getLogger(Logger.ROOT_LOGGER_NAME)
        .iteratorForAppenders()
        .forEachRemaining(
            appender -> {
              if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
                console.addFilter(threshold);
                console.addFilter(new DropOutFilter());
              }
            });
  }
}
