package dev.tributary.simulations.bench.compression;

import ai.onnxruntime.OrtException;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.simulations.artifact.ArtifactFigures;
import dev.tributary.simulations.artifact.ArtifactMeter;
import dev.tributary.simulations.artifact.CompressionPage;
import dev.tributary.simulations.artifact.Workers;
import dev.tributary.simulations.data.Dataset;
import dev.tributary.simulations.data.source.DataSource;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
      "Trains a network of the scenarios, makes an artifact of every kind of it, and measures",
      "each from its own bytes: size, accuracy, recall and F1 of each class on rows that nothing",
      "was trained on, and the median latency of 100 rows on one thread, all by turns.",
      "mnist-cnn and mnist-2nn read digits, char-lstm foretells the next character of plays."
    },
    mixinStandardHelpOptions = true)
public final class CompressionBench implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "mnist-cnn, mnist-2nn or char-lstm (default: ${DEFAULT-VALUE}).")
  private String model = Recipe.MNIST_CNN.code();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The four files of MNIST, or input.txt of Shakespeare's plays, which char-lstm needs;"
              + " without it, digits that are drawn here.")
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
      description =
          "At most so many rows to train on, at least 600 (default: all of the digits, 72000 of the"
              + " plays).")
  private @Nullable Integer rows;

  @Option(
      names = "--repetitions",
      description = "Measured batches of each artifact (default: 40, of char-lstm 20).")
  private @Nullable Integer repetitions;

  @Option(names = "--threads", description = "Training threads (default: ${DEFAULT-VALUE}).")
  private int threads = 2;

  @Option(names = "--seed", description = "Everything random follows it (default: 1).")
  private long seed = 1;

  @Override
  public Integer call() throws InterruptedException, IOException, OrtException {
    Recipe recipe = recipe();
    int mostRows = rows == null ? recipe.amounts().rows() : rows;
    int turns = repetitions == null ? recipe.amounts().repetitions() : repetitions;
    if (mostRows < 600 || turns < 1 || threads < 1) {
      throw wrong("--rows: expected at least 600; --repetitions and --threads: at least 1");
    }
    Dataset dataset = RowSource.load(source(recipe), seed);
    long start = System.nanoTime();
    PrintWriter progress = json.progressWriter(spec);
    Roles roles = Roles.of(dataset, mostRows, recipe.amounts(), seed);
    List<ArtifactFigures> figures;
    try (Workers workers =
        new Workers(ModelRuntimes.forSpec(recipe.spec(dataset), "pytorch"), threads)) {
      Map<String, ModelArtifact> artifacts =
          new Workshop(recipe, dataset, workers, roles, text -> say(progress, start, text))
              .make(seed);
      if (keep != null) {
        write(artifacts, keep);
      }
      say(progress, start, "evaluating " + artifacts.size() + " artifacts");
      figures = new ArtifactMeter(workers, turns).onRows(artifacts, roles.test());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    CompressionPage.write(
        out,
        "Artifacts of " + recipe.code() + " trained on " + dataset.name(),
        roles.test().size(),
        dataset.classNames(),
        figures);
    report(figures, dataset, roles, seconds);
    return 0;
  }

  private Recipe recipe() {
    return Recipe.ofCode(model)
        .orElseThrow(
            () ->
                wrong(
                    "--model: expected one of "
                        + String.join(", ", Recipe.codes())
                        + ", got '"
                        + model
                        + "'"));
  }

  private DataSource source(Recipe recipe) {
    return recipe
        .source()
        .of(Optional.ofNullable(data))
        .orElseThrow(
            () ->
                wrong(
                    "--data: "
                        + recipe.code()
                        + " needs the folder of "
                        + recipe.source().files()
                        + ", got none"));
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
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

  private void report(List<ArtifactFigures> figures, Dataset dataset, Roles roles, double seconds) {
    ArtifactFigures baseline = figures.get(0);
    Map<String, Object> fields = new LinkedHashMap<>();
    figures.forEach(figure -> fields.put(figure.name(), figure.fields(baseline)));
    fields.put("model", model);
    fields.put("data", dataset.name());
    fields.put("classes", dataset.classNames());
    fields.put("testRows", roles.test().size());
    fields.put("seconds", seconds);
    fields.put("report", out.toString());
    json.print(spec, fields, printer -> printTable(figures, printer));
  }

  private void printTable(List<ArtifactFigures> figures, PrintWriter printer) {
    ArtifactFigures baseline = figures.get(0);
    printer.printf(
        Locale.ROOT,
        "%-17s %10s %8s %9s %8s %8s %10s %8s%n",
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
          "%-17s %10d %7.2fx %9.4f %8.2f %8.4f %10.2f %7.2fx%n",
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
