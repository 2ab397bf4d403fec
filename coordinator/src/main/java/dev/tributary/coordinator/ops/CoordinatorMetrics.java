package dev.tributary.coordinator.ops;

import dev.tributary.coordinator.http.server.ConnectionDeadlines;
import dev.tributary.coordinator.intake.UploadIntake;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

/** Everything one coordinator counts and measures, in a registry of its own. */
final class CoordinatorMetrics implements AutoCloseable {

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();

  CoordinatorMetrics() {
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  PrometheusMeterRegistry registry() {
    return registry;
  }

  void watch(UploadIntake intake, ConnectionDeadlines connections) {
    Gauge.builder("tributary.stage.memory", intake, stage -> (double) stage.memoryUsedBytes())
        .description("Memory that staged uploads occupy")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("tributary.stage.files", intake, stage -> (double) stage.fileUsedBytes())
        .description("Temporary files that staged uploads occupy")
        .baseUnit("bytes")
        .register(registry);
    Gauge.builder("tributary.stage.uploads", intake, UploadIntake::openUploads)
        .description("Uploads being received or waiting to be resumed")
        .register(registry);
    Gauge.builder("tributary.connections", connections, ConnectionDeadlines::openCount)
        .description("Open connections")
        .register(registry);
  }

  /** All of it in Prometheus' text format. */
  String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
