package dev.tributary.client.model.predict;

import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.model.artifact.ArtifactLoader;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.StoredModel;
import dev.tributary.client.model.artifact.TriedModel;
import dev.tributary.client.model.artifact.UnusableModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the current model of this device, from as many threads as call it, and takes another one
 * between two calls: whoever calls during a swap gets the answer of the old version or of the new
 * one, never of both. A swap waits for nobody; the old version's memory is freed when the last call
 * on it ends.
 *
 * <pre>{@code
 * ArtifactLoader loader = ArtifactLoader.anyOf(new SafetensorsLoader(), new OnnxLoader());
 * try (Predictor predictor = Predictor.withRuntime("auto", loader)) {
 *   store.current().ifPresent(...);               // after a start
 *   store.refresh(Instant.now(), predictor);      // now and then, on one thread
 *   Prediction answer = predictor.predict(examples); // on any thread
 * }
 * }</pre>
 */
public final class Predictor implements ModelUser, AutoCloseable {

  /** Of so many versions health is counted; of older ones it is forgotten. */
  static final int MAXIMUM_VERSIONS = 8;

  private final ArtifactLoader loader;
  private final String preference;
  private final LongSupplier nanoTime;
  private final AtomicReference<@Nullable LoadedModel> current = new AtomicReference<>();

  /** By manifest: one version may be published twice, and its two rollouts are told apart. */
  private final Map<FileDigest, HealthCounter> health = new LinkedHashMap<>();

  private volatile boolean closed;

  private Predictor(ArtifactLoader loader, String preference, LongSupplier nanoTime) {
    this.loader = loader;
    this.preference = preference;
    this.nanoTime = nanoTime;
  }

  /**
   * A predictor without a model yet.
   *
   * @param preference {@code auto}, {@code java} or {@code pytorch}: what computes networks of
   *     which a file has the weights alone; graphs bring their own runtime
   */
  public static Predictor withRuntime(String preference, ArtifactLoader loader) {
    return new Predictor(loader, preference, System::nanoTime);
  }

  static Predictor withClock(String preference, ArtifactLoader loader, LongSupplier nanoTime) {
    return new Predictor(loader, preference, nanoTime);
  }

  /**
   * Loads a model and runs it from now on, once it has given finite answers to one example of
   * zeros.
   *
   * @throws UnusableModelException when it cannot be loaded or does not; the one before goes on
   * @throws CancellationException when the calling thread is interrupted; the one before goes on
   */
  public void use(StoredModel model) throws UnusableModelException {
    try (TriedModel tried = tried(model)) {
      tried.run();
    }
  }

  @Override
  public TriedModel tried(StoredModel model) throws UnusableModelException {
    HealthCounter counter = counterOf(model);
    LoadedModel loaded;
    try {
      loaded = loaded(model, counter);
    } catch (UnusableModelException unusable) {
      counter.loadFailed();
      throw unusable;
    } catch (CancellationException interrupted) {
      throw interrupted;
    } catch (RuntimeException | LinkageError failed) {
      counter.loadFailed();
      throw new UnusableModelException(
          "the model " + model.version() + " cannot be run: " + failed.getMessage(), failed);
    }
    counter.loaded();
    return new Candidate(loaded);
  }

  /** A model in memory beside the current one: becomes that or is let go of. */
  private final class Candidate implements TriedModel {
    private @Nullable LoadedModel held;

    Candidate(LoadedModel held) {
      this.held = held;
    }

    @Override
    public void run() {
      swap(held);
      held = null;
      if (closed) {
        swap(null);
      }
    }

    @Override
    public void close() {
      if (held != null) {
        held.letGo();
        held = null;
      }
    }
  }

  private LoadedModel loaded(StoredModel model, HealthCounter counter)
      throws UnusableModelException {
    var loaded = new LoadedModel(model, counter, loader.load(model, preference));
    boolean works = false;
    try {
      int features = Math.toIntExact(model.spec().input().elements());
      for (float value : loaded.predict(Examples.of(new float[features], features, new int[1]))) {
        if (!Float.isFinite(value)) {
          throw new UnusableModelException(
              "the model " + model.version() + " gives no finite answer to zeros");
        }
      }
      works = true;
    } finally {
      if (!works) {
        loaded.letGo();
      }
    }
    return loaded;
  }

  private void swap(@Nullable LoadedModel next) {
    LoadedModel before = current.getAndSet(next);
    if (before != null) {
      before.letGo();
    }
  }

  /** The model that runs now; empty before the first. */
  public Optional<StoredModel> current() {
    return Optional.ofNullable(current.get()).map(LoadedModel::stored);
  }

  /**
   * What the current model says of some examples, whose labels are of no account. In the counts a
   * call fails when the model does: not when its examples do not fit or its thread is interrupted.
   *
   * @throws NoModelException before the first model and after {@link #close}
   * @throws IllegalArgumentException when the examples do not fit the model
   * @throws CancellationException when the calling thread is interrupted
   */
  public Prediction predict(Examples examples) {
    LoadedModel model = held();
    try {
      model.check(examples);
      long begin = nanoTime.getAsLong();
      float[] outputs = counted(model, examples);
      model.health().answered(outputs, nanoTime.getAsLong() - begin);
      return new Prediction(model.stored().version(), model.stored().digest(), outputs);
    } finally {
      model.letGo();
    }
  }

  private static float[] counted(LoadedModel model, Examples examples) {
    try {
      return model.predict(examples);
    } catch (CancellationException interrupted) {
      throw interrupted;
    } catch (RuntimeException failed) {
      model.health().failed();
      throw failed;
    }
  }

  /** The current model, held. One that was just retired cannot be; then there is another. */
  private LoadedModel held() {
    while (true) {
      LoadedModel model = current.get();
      if (model == null) {
        throw new NoModelException(
            closed ? "the predictor is closed" : "there is no model on this device yet");
      }
      if (model.tryHold()) {
        return model;
      }
    }
  }

  private HealthCounter counterOf(StoredModel model) {
    synchronized (health) {
      HealthCounter known =
          health.computeIfAbsent(
              model.manifest(),
              manifest -> new HealthCounter(manifest, model.version(), model.digest()));
      if (health.size() > MAXIMUM_VERSIONS) {
        LoadedModel running = current.get();
        health.values().stream()
            .filter(counter -> counter != known)
            .filter(counter -> running == null || counter != running.health())
            .findFirst()
            .ifPresent(oldest -> health.values().remove(oldest));
      }
      return known;
    }
  }

  /**
   * How the latest versions did since this was last asked, the oldest first; of those that were
   * neither loaded nor called nothing.
   */
  public List<VersionHealth> drainHealth() {
    List<VersionHealth> reports = new ArrayList<>();
    synchronized (health) {
      for (HealthCounter counter : health.values()) {
        VersionHealth report = counter.drain();
        if (report.loads() + report.loadFailures() + report.predictions() + report.failures() > 0) {
          reports.add(report);
        }
      }
    }
    return reports;
  }

  /** Lets go of the model. Calls that are under way end as if it were not closed. */
  @Override
  public void close() {
    closed = true;
    swap(null);
  }
}
