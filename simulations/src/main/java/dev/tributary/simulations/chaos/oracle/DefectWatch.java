package dev.tributary.simulations.chaos.oracle;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.coordinator.store.StoreException;
import dev.tributary.simulations.chaos.machine.SimulatedCrash;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Listens to the logs of coordinator and SDK for what they caught and did not expect: a lane that
 * goes on after a defect must not hide it. While it listens these logs go nowhere else. One for the
 * whole program; what is logged is told to the world whose thread logs.
 */
public final class DefectWatch implements AutoCloseable {
  private static final List<String> WATCHED =
      List.of("dev.tributary.coordinator", "dev.tributary.client", "io.vertx");
  private static final InheritableThreadLocal<@Nullable Consumer<Throwable>> LISTENER =
      new InheritableThreadLocal<>();

  private final List<Silenced> silenced;
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged(event);
        }
      };

  private record Silenced(Logger logger, @Nullable Level level, boolean additive) {}

  private DefectWatch(LoggerContext context) {
    appender.setContext(context);
    appender.start();
    this.silenced = WATCHED.stream().map(context::getLogger).map(this::silence).toList();
  }

  /** Listens until it is closed. */
  public static DefectWatch listen() {
    return new DefectWatch((LoggerContext) LoggerFactory.getILoggerFactory());
  }

  /** Who is told of what the calling thread, and every thread that it starts, logs. */
  public static void tell(Consumer<Throwable> listener) {
    LISTENER.set(listener);
  }

  private Silenced silence(Logger logger) {
    var before = new Silenced(logger, logger.getLevel(), logger.isAdditive());
    logger.setLevel(Level.ERROR);
    logger.setAdditive(false);
    logger.addAppender(appender);
    return before;
  }

  private static void logged(ILoggingEvent event) {
    Consumer<Throwable> listener = LISTENER.get();
    if (listener != null
        && event.getThrowableProxy() instanceof ThrowableProxy proxy
        && !isDeclared(proxy.getThrowable())) {
      listener.accept(proxy.getThrowable());
    }
  }

  /** What storage and peers may do to a coordinator at any time. */
  private static boolean isDeclared(Throwable thrown) {
    return thrown instanceof StoreException
        || thrown instanceof RejectedException
        || thrown instanceof IOException
        || SimulatedCrash.isBehind(thrown);
  }

  @Override
  public void close() {
    for (var each : silenced) {
      each.logger().detachAppender(appender);
      each.logger().setLevel(each.level());
      each.logger().setAdditive(each.additive());
    }
    appender.stop();
  }
}
