package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.mask.MaskedUpdate;
import dev.tributary.aggregation.secagg.coordinator.UnmaskCollection;
import dev.tributary.security.Sha256;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.simulations.output.JsonOption;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench secagg}: one session of secure aggregation, beside what nothing could do faster. */
@Command(
    name = "secagg",
    description = {
      "Runs a session of secure aggregation by the protocol's own code on both sides, with drop-outs",
      "where they cost most: after the shares. Every device does its key agreements; a sample masks",
      "whole updates, a prefix is masked by all, and the opened sum is checked lane by lane.",
      "The bound of unmasking: mask bytes at the speed of AES-CTR alone and agreements at theirs, both",
      "the best slice of this run on all cores used. Unmasking is the best of its repetitions.",
      "Times of devices are of one warm core, medians of the sample; coordinator steps 'upload' and",
      "'sum' are those of one update times the survivors. The heap holds the devices as well."
    },
    mixinStandardHelpOptions = true)
public final class SecAggBench implements Callable<Integer> {

  /** So many that the median is of compiled loops, as in a round with a thousand updates. */
  private static final int ADDITIONS = 61;

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--devices",
      description = "Devices of the session, 3 to 10000 (default: ${DEFAULT-VALUE}).")
  private int devices = 1000;

  @Option(
      names = "--dimension",
      description = "Lanes of an update, 2 to 100000000 (default: ${DEFAULT-VALUE}).")
  private int dimension = 1_000_000;

  @Option(
      names = "--dropout",
      description =
          "Fraction that drops out, and that is assumed to, 0 to 0.4 (default: ${DEFAULT-VALUE}).")
  private double dropout = 0.1;

  @Option(
      names = "--suite",
      description = "classic or hybrid, which is post-quantum (default: classic).",
      converter = SuiteConverter.class)
  private CipherSuite suite = CipherSuite.CLASSIC;

  @Option(names = "--threads", description = "Cores that unmasking uses (default: all).")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--sample",
      description = "Devices that mask whole updates, at least 2 (default: ${DEFAULT-VALUE}).")
  private int sample = 6;

  @Option(
      names = "--repetitions",
      description = "Unmaskings, of which the best counts (default: ${DEFAULT-VALUE}).")
  private int repetitions = 5;

  @Option(
      names = "--no-confirmation",
      negatable = true,
      description = "Leave out R3, in which devices confirm the survivors to each other.")
  private boolean confirmation = true;

  @Option(
      names = "--heap",
      description = "Heap of the process that measures, in MiB (default: ${DEFAULT-VALUE}).")
  private int heapMebibytes = 960;

  @Option(names = "--in-process", description = "Measure in this process, whatever its heap.")
  private boolean inProcess;

  @Override
  public Integer call() throws Exception {
    Size size = new Size(devices, dimension, dropout, suite, confirmation, threads);
    requireSensible();
    if (!inProcess) {
      return MeasuringProcess.run(heapMebibytes, arguments());
    }
    try (Crew crew = new Crew(threads)) {
      Figures figures = measure(size, crew, json.progressWriter(spec));
      json.print(spec, figures.fields(), figures::print);
    }
    return 0;
  }

  private void requireSensible() {
    if (devices < 3
        || devices > 10_000
        || dimension < 2
        || dimension > 100_000_000
        || !(dropout >= 0 && dropout <= 0.4)
        || threads < 1
        || sample < 2
        || repetitions < 1
        || heapMebibytes < 64) {
      throw new ParameterException(
          spec.commandLine(),
          "expected --devices 3 to 10000, --dimension 2 to 100000000, --dropout 0 to 0.4, --threads"
              + " and --repetitions at least 1, --sample at least 2, --heap at least 64");
    }
  }

  /** The same command again, for another process. */
  private List<String> arguments() {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--devices=" + devices,
                "--dimension=" + dimension,
                "--dropout=" + dropout,
                "--suite=" + suite.name().toLowerCase(Locale.ROOT),
                "--threads=" + threads,
                "--sample=" + sample,
                "--repetitions=" + repetitions));
    if (!confirmation) {
      arguments.add("--no-confirmation");
    }
    if (json.isEnabled()) {
      arguments.add("--json");
    }
    return arguments;
  }

  private Figures measure(Size size, Crew crew, PrintWriter progress) throws Exception {
    var ledger = new CpuLedger();
    var heap = PeakHeap.watch();
    say(progress, "enrolling " + devices + " devices");
    EnrolledDevices enrolled = EnrolledDevices.enrol(size, crew);
    say(progress, "keys");
    var session = new MeasuredSession(size, enrolled, sample, crew, ledger);
    say(progress, "shares");
    session.deal();
    session.agree();
    say(progress, "updates");
    MaskedUpdate update = session.mask();
    var sum = new ExactSum(size, session);
    session.sent();
    say(progress, "shares revealed");
    UnmaskCollection collection = session.reveal();
    var unmasking = new Unmasking(size, crew, collection, sum);
    chargeUploads(session, unmasking, update, ledger);
    var speeds = new Speeds(crew, suite);
    Figures.Unmaskings unmaskings = unmask(unmasking, sum.packed(), speeds, ledger, progress);
    int agreements = unmaskings.masks() - session.survivors().count();
    return new Figures(
        size,
        session.roster().parameters(),
        unmaskings,
        agreements,
        speeds.generatorBytesPerSecond(),
        speeds.agreementsPerSecond(),
        ledger.coreSeconds(),
        ledger.deviceMillis(),
        session.meanBytesUp(),
        session.meanBytesDown(),
        heap.mebibytes());
  }

  /** What the coordinator spends on one update, as often as there are updates. */
  private static void chargeUploads(
      MeasuredSession session, Unmasking unmasking, MaskedUpdate update, CpuLedger ledger)
      throws Exception {
    var one = new CpuLedger();
    for (int i = 0; i < ADDITIONS; i++) {
      one.device("upload", () -> Sha256.of(update.packed()));
      one.device("sum", () -> unmasking.add(update));
    }
    one.deviceMillis()
        .forEach(
            (step, millis) ->
                ledger.charge(step, (long) (millis * 1e6 * session.survivors().count())));
  }

  private Figures.Unmaskings unmask(
      Unmasking unmasking,
      MaskedUpdate maskedSum,
      Speeds speeds,
      CpuLedger ledger,
      PrintWriter progress)
      throws Exception {
    List<Unmasking.Run> runs = new ArrayList<>();
    speeds.measure();
    for (int i = 0; i < repetitions; i++) {
      Unmasking.Run run = unmasking.run(maskedSum);
      runs.add(run);
      speeds.measure();
      say(
          progress,
          String.format(
              Locale.ROOT,
              "unmasked in %.2f s: masks known after %.2f s",
              run.seconds(),
              run.recoverSeconds()));
    }
    runs.sort(Comparator.comparingDouble(Unmasking.Run::seconds));
    Unmasking.Run best = runs.getFirst();
    ledger.charge("recoverMasks", (long) (best.recoverCoreSeconds() * 1e9));
    ledger.charge("removeMasks", (long) (best.removeCoreSeconds() * 1e9));
    return new Figures.Unmaskings(
        best.masks(),
        best.seconds(),
        runs.get(runs.size() / 2).seconds(),
        best.recoverCoreSeconds() + best.removeCoreSeconds());
  }

  private static void say(PrintWriter progress, String what) {
    progress.println(what);
    progress.flush();
  }
}
