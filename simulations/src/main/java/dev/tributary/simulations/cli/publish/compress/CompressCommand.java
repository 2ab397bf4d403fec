package dev.tributary.simulations.cli.publish.compress;

import ai.onnxruntime.OrtException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.tributary.aggregation.compress.ArtifactKind;
import dev.tributary.aggregation.compress.ModelArtifact;
import dev.tributary.aggregation.compress.ModelCodec;
import dev.tributary.aggregation.compress.SpecifiedModel;
import dev.tributary.aggregation.compress.UncompressibleModelException;
import dev.tributary.aggregation.compress.codec.ModelCodecs;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.runtime.ModelRuntime;
import dev.tributary.aggregation.runtime.ModelRuntimes;
import dev.tributary.coordinator.publish.artifact.VersionMaker;
import dev.tributary.simulations.artifact.ArtifactFigures;
import dev.tributary.simulations.artifact.ArtifactMeter;
import dev.tributary.simulations.artifact.CompressionPage;
import dev.tributary.simulations.artifact.Workers;
import dev.tributary.simulations.cli.operator.AdminConnection;
import dev.tributary.simulations.cli.operator.CommandFailedException;
import dev.tributary.simulations.cli.operator.Output;
import dev.tributary.simulations.cli.operator.VersionDigest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code model compress}. */
@Command(
    name = "compress",
    description = {
      "Fetches a version, makes smaller forms of it on this machine and measures each from its own"
          + " bytes: size, accuracy, loss, recall and F1 of each class, median latency of 100"
          + " rows.",
      "With --upload the coordinator keeps them, for 'model promote --kinds', and what was measured"
          + " of them, for the gates of rollouts; fp16, int8 and int4, which it makes itself so that"
          + " deltas between versions are small, only when named.",
      "With --published nothing is made: the files that devices get are fetched and measured."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example: tributary model compress DIGEST --kinds pruned,onnx --data mnist,dir=../mnist"
          + " --page page.html --upload"
    })
public final class CompressCommand implements Callable<Integer> {

  private static final int BLANK_ROWS = 100;

  /** Why a kind that was not asked for by name is not made, by kind. */
  private final Map<String, String> leftOut = new LinkedHashMap<>();

  @Mixin private AdminConnection connection;
  @Mixin private Output output;

  @Parameters(paramLabel = "DIGEST", description = VersionDigest.DESCRIPTION)
  private String digest = "";

  @Option(
      names = "--kinds",
      split = ",",
      paramLabel = "KIND",
      description =
          "fp16, int8, int4, pruned, distilled, onnx, onnx-int8 (default: all that can be made).")
  private List<String> kinds = List.of();

  @Option(
      names = "--data",
      paramLabel = "NAME[,KEY=VALUE...]",
      description =
          "Rows to make and measure with, as a scenario's section data: strokes, mnist,dir=DIR,"
              + " csv,file=FILE,labelColumn=NAME...")
  private @Nullable String data;

  @Option(names = "--rows", description = "At most so many rows to train on (default: all).")
  private int rows = Integer.MAX_VALUE;

  @Option(
      names = "--keep-channels",
      paramLabel = "SHARE",
      description = "What pruning keeps of each layer (default: ${DEFAULT-VALUE}).")
  private double keepChannels = 0.5;

  @Option(
      names = "--keep-weights",
      paramLabel = "SHARE",
      description =
          "Prune single weights and not channels: keep this share of each layer's and store it"
              + " sparse. Smaller, not faster.")
  private @Nullable Double keepWeights;

  @Option(
      names = "--student-channels",
      paramLabel = "SHARE",
      description = "What the student has of each layer (default: ${DEFAULT-VALUE}).")
  private double studentChannels = 0.25;

  @Option(
      names = "--epochs",
      description =
          "Epochs of tuning after pruning; a student learns four times as long (default:"
              + " ${DEFAULT-VALUE}).")
  private int epochs = 2;

  @Option(
      names = "--store",
      paramLabel = "CODEC",
      description =
          "How pruned and distilled networks are stored: float32, fp16, int8, int4 (default:"
              + " ${DEFAULT-VALUE}).")
  private String store = "float32";

  @Option(
      names = "--repetitions",
      description = "Measured calls of each artifact (default: ${DEFAULT-VALUE}).")
  private int repetitions = 20;

  @Option(names = "--threads", description = "For evaluating (default: ${DEFAULT-VALUE}).")
  private int threads = 2;

  @Option(names = "--seed", description = "Everything random follows it (default: 1).")
  private long seed = 1;

  @Option(names = "--out", paramLabel = "DIR", description = "Save the artifacts there.")
  private @Nullable Path out;

  @Option(
      names = "--page",
      paramLabel = "FILE",
      description = "Write a page there with size against accuracy against latency.")
  private @Nullable Path page;

  @Option(
      names = "--published",
      description = "Measure the files of the version's newest manifest; --kinds: which of them.")
  private boolean published;

  @Option(
      names = "--upload",
      description = "Give the artifacts, and what was measured, to the coordinator.")
  private boolean upload;

  @Override
  public Integer call() throws InterruptedException, IOException, OrtException {
    CompressionOptions options = options();
    Set<ArtifactKind> asked = asked();
    requireWritable();
    digest = VersionDigest.of(connection, digest);
    SpecifiedModel version = FetchedVersion.of(connection, digest);
    ModelSpec spec = version.spec();
    Optional<CompressionRows> given =
        data == null ? Optional.empty() : Optional.of(CompressionRows.load(data, spec, rows, seed));
    ModelRuntime runtime = runtime(spec);
    Map<String, ModelArtifact> artifacts =
        published
            ? PublishedFiles.of(connection, digest, kinds.isEmpty() ? Set.of() : asked)
            : made(
                asked,
                new ArtifactMaker(
                    runtime,
                    version,
                    given
                        .map(CompressionRows::training)
                        .orElseGet(() -> CompressionRows.blank(spec, 0)),
                    options));
    List<ArtifactFigures> figures = measured(artifacts, runtime, spec, given);
    Map<String, Map<String, Object>> byKind = new LinkedHashMap<>();
    for (ArtifactFigures figure : figures) {
      Map<String, Object> fields = new LinkedHashMap<>(figure.fields(figures.get(0)));
      if (out != null) {
        fields.put("file", ArtifactFolder.write(out, spec, figure.artifact()).toString());
      }
      byKind.put(figure.name(), fields);
    }
    Map<String, Object> result = new LinkedHashMap<>(byKind);
    result.put("version", digest);
    if (given.isPresent()) {
      result.put("data", given.get().name());
      result.put("testRows", given.get().test().size());
    }
    if (page != null && given.isPresent()) {
      CompressionPage.write(
          page,
          "Artifacts of version " + digest.substring(0, 12),
          given.get().test().size(),
          given.get().classNames(),
          figures);
      result.put("page", page.toString());
    }
    if (!leftOut.isEmpty()) {
      result.put("leftOut", leftOut);
    }
    Map<String, String> notUploaded =
        upload
            ? new ArtifactUploads(connection, digest, given.map(CompressionRows::name))
                .send(
                    spec,
                    figures,
                    this::isForUploading,
                    kind -> published || kind == ArtifactKind.FLOAT32,
                    byKind)
            : Map.of();
    report(figures, new ObjectMapper().valueToTree(result));
    if (!notUploaded.isEmpty()) {
      throw CommandFailedException.failed("not uploaded: " + notUploaded);
    }
    return 0;
  }

  /** Before anything is made: that takes long. */
  private void requireWritable() throws IOException {
    if (out != null) {
      Files.createDirectories(out);
    }
    Path folder = page == null ? null : page.toAbsolutePath().getParent();
    if (folder != null && !Files.isWritable(folder)) {
      throw CommandFailedException.wrongUsage("--page: cannot write to the folder " + folder);
    }
  }

  private boolean isForUploading(ArtifactKind kind) {
    return !published
        && kind != ArtifactKind.FLOAT32
        && (kinds.contains(kind.code()) || !VersionMaker.KINDS.contains(kind));
  }

  private CompressionOptions options() {
    Optional<ModelCodec> codec = ModelCodecs.named(store).filter(named -> !store.equals("sparse"));
    if (codec.isEmpty()) {
      throw CommandFailedException.wrongUsage(
          "--store: expected float32, fp16, int8 or int4, got '" + store + "'");
    }
    if (!isShare(keepChannels) || !isShare(studentChannels)) {
      throw CommandFailedException.wrongUsage(
          "--keep-channels and --student-channels: expected shares above 0 and at most 1, got "
              + keepChannels
              + " and "
              + studentChannels);
    }
    if (keepWeights != null && !(keepWeights > 0 && keepWeights < 1)) {
      throw CommandFailedException.wrongUsage(
          "--keep-weights: expected a share above 0 and below 1, got " + keepWeights);
    }
    if (rows < 1 || epochs < 1 || repetitions < 1 || threads < 1) {
      throw CommandFailedException.wrongUsage(
          "--rows, --epochs, --repetitions and --threads: expected at least 1");
    }
    return new CompressionOptions(
        keepChannels,
        keepWeights == null ? OptionalDouble.empty() : OptionalDouble.of(keepWeights),
        studentChannels,
        epochs,
        codec.get(),
        seed);
  }

  private static boolean isShare(double share) {
    return share > 0 && share <= 1;
  }

  /** The kinds to make, in the order of their enumeration. */
  private Set<ArtifactKind> asked() {
    Set<ArtifactKind> asked = EnumSet.noneOf(ArtifactKind.class);
    for (String name : kinds) {
      asked.add(
          ArtifactKind.ofCode(name)
              .orElseThrow(
                  () ->
                      CommandFailedException.wrongUsage(
                          "--kinds: '"
                              + name
                              + "' is no kind of artifact; there are "
                              + String.join(", ", ArtifactKind.codes()))));
    }
    if (asked.isEmpty()) {
      asked.addAll(EnumSet.allOf(ArtifactKind.class));
      if (data == null) {
        asked.removeAll(ArtifactMaker.LEARNED);
      }
    }
    Set<ArtifactKind> hungry = EnumSet.copyOf(asked);
    hungry.retainAll(ArtifactMaker.LEARNED);
    if (data == null && !hungry.isEmpty() && !published) {
      throw CommandFailedException.wrongUsage(
          "--kinds: "
              + hungry.stream().map(ArtifactKind::code).collect(Collectors.joining(", "))
              + " cannot be made without rows: say with --data which");
    }
    if (data == null && page != null) {
      throw CommandFailedException.wrongUsage(
          "--page: sets accuracy against size and latency, which needs rows: say with --data"
              + " which");
    }
    if (data == null && published && upload) {
      throw CommandFailedException.wrongUsage(
          "--published --upload: tells the coordinator what was measured of the published files,"
              + " which needs rows: say with --data which");
    }
    asked.add(ArtifactKind.FLOAT32); // what the others are held against
    return asked;
  }

  private static ModelRuntime runtime(ModelSpec spec) {
    try {
      return ModelRuntimes.forSpec(spec, ModelRuntimes.AUTO);
    } catch (IllegalArgumentException none) {
      throw CommandFailedException.failed("the model cannot run here: " + none.getMessage());
    }
  }

  private Map<String, ModelArtifact> made(Set<ArtifactKind> asked, ArtifactMaker maker) {
    Map<String, ModelArtifact> artifacts = new LinkedHashMap<>();
    for (ArtifactKind kind : asked) {
      output.progress().println("making " + kind.code());
      output.progress().flush();
      try {
        artifacts.put(kind.code(), maker.make(kind));
      } catch (UncompressibleModelException refused) {
        if (kinds.contains(kind.code())) {
          throw CommandFailedException.failed(kind.code() + ": " + refused.getMessage());
        }
        leftOut.put(kind.code(), String.valueOf(refused.getMessage()));
        output.progress().println("leaving out " + kind.code() + ": " + refused.getMessage());
      }
    }
    return artifacts;
  }

  private List<ArtifactFigures> measured(
      Map<String, ModelArtifact> artifacts,
      ModelRuntime runtime,
      ModelSpec spec,
      Optional<CompressionRows> given)
      throws InterruptedException, IOException, OrtException {
    output.progress().println("measuring " + artifacts.size() + " artifacts");
    output.progress().flush();
    try (Workers workers = new Workers(runtime, threads)) {
      ArtifactMeter meter = new ArtifactMeter(workers, repetitions);
      return given.isPresent()
          ? meter.onRows(artifacts, given.get().test())
          : meter.onSpeed(artifacts, CompressionRows.blank(spec, BLANK_ROWS));
    }
  }

  /** The names of artifacts whose fields have this one. */
  private static String having(List<ArtifactFigures> figures, JsonNode result, String field) {
    String names =
        figures.stream()
            .map(ArtifactFigures::name)
            .filter(name -> result.path(name).has(field))
            .collect(Collectors.joining(", "));
    return names.isEmpty() ? "nothing" : names;
  }

  private void report(List<ArtifactFigures> figures, JsonNode result) {
    output.print(
        result,
        text -> {
          CompressionReport.print(figures, text);
          if (out != null) {
            text.println("artifacts in " + out);
          }
          if (page != null) {
            text.println("page in " + page);
          }
          for (ArtifactFigures figure : figures) {
            String kept = result.path(figure.name()).path("uploaded").asText();
            if (!kept.isEmpty()) {
              text.println("uploaded " + figure.name() + " as " + kept);
            }
          }
          if (upload) {
            text.println(
                "the coordinator knows the figures of " + having(figures, result, "measuredOn"));
          }
        });
  }
}
