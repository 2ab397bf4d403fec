package dev.tributary.simulations.cli;

import dev.tributary.simulations.bench.KernelBench;
import dev.tributary.simulations.bench.SimulationBench;
import dev.tributary.simulations.bench.compression.CompressionBench;
import dev.tributary.simulations.bench.delta.DeltaBench;
import dev.tributary.simulations.bench.download.DownloadBench;
import dev.tributary.simulations.bench.fuzz.FuzzBench;
import dev.tributary.simulations.bench.ingest.IngestBench;
import dev.tributary.simulations.bench.ingest.IntakeBench;
import dev.tributary.simulations.bench.secagg.SecAggBench;
import dev.tributary.simulations.bench.siege.SiegeBench;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench}: measures, each figure beside its limit from the same run. */
@Command(
    name = "bench",
    description =
        "Measures parts of the system; every figure stands beside its limit, measured in the same"
            + " run.",
    mixinStandardHelpOptions = true,
    subcommands = {
      CompressionBench.class,
      DeltaBench.class,
      DownloadBench.class,
      FuzzBench.class,
      IngestBench.class,
      IntakeBench.class,
      KernelBench.class,
      SecAggBench.class,
      SiegeBench.class,
      SimulationBench.class
    })
final class BenchCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "bench: say what to measure");
  }
}
