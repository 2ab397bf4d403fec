package dev.tributary.coordinator.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeAndTimeBasedRollingPolicy;
import ch.qos.logback.core.util.FileSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator's log as JSON lines, a file a day of at most 64 MiB, kept for 14 days and up to 1
 * GiB. Added to whatever logging the program has set up, and taken away again at the end. Programs
 * that log with something other than Logback keep what they have.
 */
final class LogFile implements AutoCloseable {

  private static final String LARGEST_FILE = "64MB";
  private static final String LARGEST_TOTAL = "1GB";
  private static final int DAYS = 14;
  private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

  private final LoggerContext context;
  private final RollingFileAppender<ILoggingEvent> appender;

  private LogFile(LoggerContext context, RollingFileAppender<ILoggingEvent> appender) {
    this.context = context;
    this.appender = appender;
  }

  /** Opens the file; does nothing when the settings want none. */
  static AutoCloseable open(Path stateDirectory, LogSettings settings) throws IOException {
    if (!settings.file()) {
      return () -> {};
    }
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      LOG.warn("no log file is written: this program does not log with Logback");
      return () -> {};
    }
    Path folder = Files.createDirectories(stateDirectory.resolve("logs"));
    RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
    appender.setContext(context);
    appender.setName("coordinator-" + folder.toAbsolutePath());
    appender.setFile(folder.resolve("coordinator.jsonl").toString());
    appender.setRollingPolicy(policy(context, appender, folder));
    appender.setEncoder(encoder(context));
    appender.addFilter(threshold(settings.level()));
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    return new LogFile(context, appender);
  }

  private static SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy(
      LoggerContext context, RollingFileAppender<ILoggingEvent> appender, Path folder) {
    SizeAndTimeBasedRollingPolicy<ILoggingEvent> policy = new SizeAndTimeBasedRollingPolicy<>();
    policy.setContext(context);
    policy.setParent(appender);
    policy.setFileNamePattern(folder.resolve("coordinator.%d{yyyy-MM-dd}.%i.jsonl").toString());
    policy.setMaxFileSize(FileSize.valueOf(LARGEST_FILE));
    policy.setTotalSizeCap(FileSize.valueOf(LARGEST_TOTAL));
    policy.setMaxHistory(DAYS);
    policy.start();
    return policy;
  }

  private static JsonEncoder encoder(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithFormattedMessage(true);
    encoder.setWithMessage(false);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithSequenceNumber(false);
    encoder.setWithNanoseconds(false);
    encoder.start();
    return encoder;
  }

  private static ThresholdFilter threshold(LogSettings.Level level) {
    ThresholdFilter filter = new ThresholdFilter();
    filter.setLevel(Level.toLevel(level.name()).toString());
    filter.start();
    return filter;
  }

  @Override
  public void close() {
    context.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(appender);
    appender.stop();
  }
}
