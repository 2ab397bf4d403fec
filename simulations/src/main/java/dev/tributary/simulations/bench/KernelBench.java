package dev.tributary.simulations.bench;

import dev.tributary.aggregation.kernels.Kernels;
import dev.tributary.simulations.output.JsonOption;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code bench kernels}: the loops over vectors, each beside the memory bandwidth of the same run.
 */
@Command(
    name = "kernels",
    description = {
      "Measures the loops over vectors on one core, and the memory under them.",
      "GB/s counts the bytes that a pass must read from and write to memory, 10^9 to the GB; a"
          + " figure is",
      "the best of ten iterations, as in STREAM. Memory is the faster of x[i] += y[i] and a copy.",
      "Masks count the bytes of their keystreams, and have the generator alone beside them."
    },
    mixinStandardHelpOptions = true)
public final class KernelBench implements Callable<Integer> {

  private static final double RESIDUE_BYTES = KernelBenchmarks.RING_BITS / 8.0;
  private static final int LANE_BYTES = Integer.BYTES;
  private static final int VALUE_BYTES = Float.BYTES;

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--lanes",
      description =
          "Lanes of a vector, a multiple of 8 (default: ${DEFAULT-VALUE}, more than a cache"
              + " holds).")
  private int lanes = Integer.parseInt(KernelBenchmarks.DEFAULT_LANES);

  @Option(
      names = "--iterations",
      description = "Measured iterations of each kernel (default: ${DEFAULT-VALUE}).")
  private int iterations = 10;

  @Option(names = "--millis", description = "Length of an iteration (default: ${DEFAULT-VALUE}).")
  private int millis = 300;

  @Option(
      names = "--in-process",
      description =
          "Measure in this process, without a JVM for each kernel: quicker and less exact.")
  private boolean inProcess;

  /** A kernel and the bytes that one lane of it moves between memory and core. */
  private enum Kernel {
    ADD("add", RESIDUE_BYTES + 2 * LANE_BYTES),
    ADD_SCALAR("addScalar", RESIDUE_BYTES + 2 * LANE_BYTES),
    PACK("pack", LANE_BYTES + RESIDUE_BYTES),
    QUANTIZE_AND_PACK("quantizeAndPack", VALUE_BYTES + 2 * LANE_BYTES + RESIDUE_BYTES),
    DEQUANTIZE("dequantize", LANE_BYTES + VALUE_BYTES),
    VERIFY("verify", RESIDUE_BYTES),
    SUM_OF_SQUARES("sumOfSquares", VALUE_BYTES);

    private final String method;
    private final double bytesPerLane;

    Kernel(String method, double bytesPerLane) {
      this.method = method;
      this.bytesPerLane = bytesPerLane;
    }
  }

  /** What makes masks or applies them, beside the generator of its cipher. */
  private enum MaskKernel {
    GENERATE_128("generate128", "generate128"),
    MASK_128("mask128", "generate128"),
    MASK_128_WIDE("mask128Wide", "generate128"),
    GENERATE_256("generate256", "generate256"),
    MASK_256("mask256", "generate256");

    private final String method;
    private final String generator;

    MaskKernel(String method, String generator) {
      this.method = method;
      this.generator = generator;
    }
  }

  private record Figure(double gigabytesPerSecond, double memoryGigabytesPerSecond) {

    double ofMemory() {
      return gigabytesPerSecond / memoryGigabytesPerSecond;
    }

    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("GBps", gigabytesPerSecond);
      fields.put("memoryGBps", memoryGigabytesPerSecond);
      fields.put("ofMemory", ofMemory());
      return fields;
    }
  }

  @Override
  public Integer call() throws RunnerException {
    if (lanes < 8 || lanes % 8 != 0 || iterations < 1 || millis < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "expected --lanes a multiple of 8, --iterations and --millis at least 1");
    }
    PrintWriter progress = json.progressWriter(spec);
    double memory =
        Math.max(
            gigabytesPerSecond("memoryAdd", 3 * LANE_BYTES, progress),
            gigabytesPerSecond("memoryCopy", 2 * LANE_BYTES, progress));
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (Kernel kernel : Kernel.values()) {
      double speed = gigabytesPerSecond(kernel.method, kernel.bytesPerLane, progress);
      figures.put(kernel.method, new Figure(speed, memory));
    }
    Map<String, Double> ofGenerator = new LinkedHashMap<>();
    Map<String, Double> generators = new HashMap<>(); // each is measured before what it bounds
    for (MaskKernel kernel : MaskKernel.values()) {
      double speed = maskBytes() / bestNanos(MaskBenchmarks.class, kernel.method, progress);
      figures.put(kernel.method, new Figure(speed, memory));
      ofGenerator.put(
          kernel.method,
          speed / generators.merge(kernel.generator, speed, (first, later) -> first));
    }
    double maskMillis = bestNanos(MaskBenchmarks.class, "maskAndPack", progress) / 1e6;
    double updateMillis = bestNanos(UpdateBenchmarks.class, "update", progress) / 1e6;
    Map<String, Object> fields = new LinkedHashMap<>();
    figures.forEach((kernel, figure) -> fields.put(kernel, figure.fields()));
    fields.put("ofGenerator", ofGenerator);
    fields.put("maskAndPackMillis", maskMillis);
    fields.put("maskCount", MaskBenchmarks.MASKS);
    fields.put("maskLanes", MaskBenchmarks.lanesOf(lanes));
    fields.put("updateMillis", updateMillis);
    fields.put("updateParameters", UpdateBenchmarks.PARAMETERS);
    fields.put("memoryGBps", memory);
    fields.put("provider", Kernels.chosen().name());
    fields.put("lanes", lanes);
    fields.put("ringBits", KernelBenchmarks.RING_BITS);
    json.print(
        spec,
        fields,
        out -> {
          printTable(figures, ofGenerator, memory, out);
          out.printf(
              Locale.ROOT,
              "one update of %d lanes, %d masks and packing: %.1f ms%n",
              MaskBenchmarks.lanesOf(lanes),
              MaskBenchmarks.MASKS,
              maskMillis);
          out.printf(
              Locale.ROOT,
              "one update of %d parameters, all stages beside training: %.3f ms%n",
              UpdateBenchmarks.PARAMETERS,
              updateMillis);
        });
    return 0;
  }

  /** Bytes of keystream in one operation of {@link MaskBenchmarks}. */
  private double maskBytes() {
    return (double) MaskBenchmarks.MASKS * MaskBenchmarks.lanesOf(lanes) * LANE_BYTES;
  }

  private void printTable(
      Map<String, Figure> figures,
      Map<String, Double> ofGenerator,
      double memory,
      PrintWriter out) {
    out.printf("%-18s %8s %10s %13s%n", "kernel", "GB/s", "of memory", "of generator");
    figures.forEach(
        (kernel, figure) ->
            out.printf(
                Locale.ROOT,
                "%-18s %8.1f %9.0f%% %13s%n",
                kernel,
                figure.gigabytesPerSecond(),
                100 * figure.ofMemory(),
                percent(ofGenerator.getOrDefault(kernel, Double.NaN))));
    out.printf(
        Locale.ROOT,
        "memory %.1f GB/s; kernels: %s; %d lanes of %d bits on one core%n",
        memory,
        Kernels.chosen().name(),
        lanes,
        KernelBenchmarks.RING_BITS);
  }

  private static String percent(double ratio) {
    return Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.0f%%", 100 * ratio);
  }

  private double gigabytesPerSecond(String method, double bytesPerLane, PrintWriter progress)
      throws RunnerException {
    return bytesPerLane * lanes / bestNanos(KernelBenchmarks.class, method, progress);
  }

  /** The best iteration: what the machine can do when nobody disturbs it. */
  private double bestNanos(Class<?> benchmarks, String method, PrintWriter progress)
      throws RunnerException {
    progress.println("measuring " + method);
    progress.flush();
    Options options =
        new OptionsBuilder()
            .include("\\Q" + benchmarks.getName() + "." + method + "\\E$")
            .param("laneCount", Integer.toString(lanes))
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementTime(TimeValue.milliseconds(millis))
            .measurementIterations(iterations)
            .forks(inProcess ? 0 : 1)
            .shouldFailOnError(true)
            .build();
    Collection<RunResult> results = new Runner(options, silence()).run();
    return results.stream()
        .flatMap(result -> result.getBenchmarkResults().stream())
        .flatMap(fork -> fork.getIterationResults().stream())
        .mapToDouble(iteration -> iteration.getPrimaryResult().getScore())
        .min()
        .orElseThrow(() -> new IllegalStateException("benchmark " + method + " gave no result"));
  }

  /** The harness would write to standard output, which belongs to the result. */
  private static OutputFormat silence() {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT);
  }
}
