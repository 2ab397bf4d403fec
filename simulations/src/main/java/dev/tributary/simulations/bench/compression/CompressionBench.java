package dev.tributary.simulations.bench.compression;

import ai.onnxruntime.OrtException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.simulations.artifact.ArtifactFigures;
import dev.tributary.simulations.artifact.ArtifactMeter;
import dev.tributary.simulations.artifact.CompressionPage;
import dev.tributary.simulations.artifact.Workers;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.source.DataSource;
import dev.tributary.simulations.data.strokes.StrokesParameters;
import dev.tributary.simulations.output.JsonOption;
import dev.tributary.simulations.scenario.ModelChoice;
import dev.tributary.simulations.scenario.ModelPreset;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench compression}: what each way of compressing a trained model costs and gains. */
@Command(
    name = "compression",
    description = {
      "Trains the convolutional network of the scenarios, makes an artifact of every kind of it,"
          + " and",
      "measures each from its own bytes: size, accuracy, recall and F1 of each class on rows that",
      "nothing was trained on, and the median latency of 100 images on one thread, all by turns."
    },
    mixinStandardHelpOptions = true)
public final class CompressionBench implements Callable<Integer> {

  private static final StrokesParameters STROKES = new StrokesParameters(60, 2000, 28);
  private static final int WRITERS = 100;

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The four files of MNIST; without it, digits that are drawn here.")
  private @Nullable Path data;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where the page goes (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("runs", "compression.html");

  @Option(
      names = "--keep",
      paramLabel = "DIR",
      description = "Keep the artifacts there, each a file named by its SHA-256.")
  private @Nullable Path keep;

  @Option(
      names = "--rows",
      description = "At most so many rows to train on, at least 600 (default: all).")
  private int rows = Integer.MAX_VALUE;

  @Option(
      names = "--repetitions",
      description = "Measured batches of each artifact (default: ${DEFAULT-VALUE}).")
  private int repetitions = 40;

  @Option(names = "--threads", description = "Training threads (default: ${DEFAULT-VALUE}).")
  private int threads = 2;

  @Option(names = "--seed", description = "Everything random follows it (default: 1).")
  private long seed = 1;

  @Override
  public Integer call() throws InterruptedException, IOException, OrtException {
    if (rows < 600 || repetitions < 1 || threads < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--rows: expected at least 600; --repetitions and --threads: at least 1");
    }
    Dataset dataset =
        data == null
            ? new DataSource.Strokes(STROKES).load(WRITERS, seed)
            : new DataSource.Mnist(data).load(1, seed);
    long start = System.nanoTime();
    PrintWriter progress = json.progressWriter(spec);
    ModelSpec model = new ModelChoice.Named(ModelPreset.MNIST_CNN).specFor(dataset);
    List<ArtifactFigures> figures;
    try (Workers workers = new Workers(ModelRuntimes.forSpec(model, "pytorch"), threads)) {
      Roles roles = Roles.of(dataset, rows, seed);
      Map<String, ModelArtifact> artifacts =
          new Workshop(workers, roles, text -> say(progress, start, text)).make(model, seed);
      if (keep != null) {
        write(artifacts, keep);
      }
      say(progress, start, "evaluating " + artifacts.size() + " artifacts");
      figures = new ArtifactMeter(workers, repetitions).onRows(artifacts, roles.test());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    CompressionPage.write(
        out, "Artifacts of a model trained on " + dataset.name(), dataset.test().size(), figures);
    report(figures, dataset, seconds);
    return 0;
  }

  private static void write(Map<String, ModelArtifact> artifacts, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (ModelArtifact artifact : artifacts.values()) {
      Files.write(folder.resolve(artifact.digest().hex()), artifact.bytes());
    }
  }

  private static void say(PrintWriter progress, long start, String text) {
    progress.printf(Locale.ROOT, "%5.1f s  %s%n", (System.nanoTime() - start) / 1e9, text);
    progress.flush();
  }

  private void report(List<ArtifactFigures> figures, Dataset dataset, double seconds) {
    ArtifactFigures baseline = figures.get(0);
    Map<String, Object> fields = new LinkedHashMap<>();
    figures.forEach(figure -> fields.put(figure.name(), figure.fields(baseline)));
    fields.put("data", dataset.name());
    fields.put("testRows", dataset.test().size());
    fields.put("seconds", seconds);
    fields.put("report", out.toString());
    json.print(spec, fields, printer -> printTable(figures, printer));
  }

  private void printTable(List<ArtifactFigures> figures, PrintWriter printer) {
    ArtifactFigures baseline = figures.get(0);
    printer.printf(
        Locale.ROOT,
        "%-16s %10s %8s %9s %8s %8s %10s %8s%n",
        "artifact",
        "bytes",
        "smaller",
        "accuracy",
        "loss pt",
        "macro F1",
        "ms / 100",
        "faster");
    for (ArtifactFigures figure : figures) {
      printer.printf(
          Locale.ROOT,
          "%-16s %10d %7.2fx %9.4f %8.2f %8.4f %10.2f %7.2fx%n",
          figure.name(),
          figure.bytes(),
          figure.sizeRatio(baseline),
          figure.evaluation().accuracy(),
          100 * figure.accuracyLoss(baseline),
          figure.evaluation().macroF1(),
          figure.latencyMillis(),
          figure.speedup(baseline));
    }
    printer.println("page: " + out);
  }
}
