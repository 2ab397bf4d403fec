package dev.tributary.simulations.cli.device;

import dev.tributary.client.FederatedClient;
import dev.tributary.client.FederatedClientBuilder;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.store.SessionStoreException;
import dev.tributary.client.train.RuntimeTrainer;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TrustedAuthorities;
import dev.tributary.simulations.cli.operator.DeviceListCommand;
import dev.tributary.simulations.output.JsonOption;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code device}: the reference device, one process that takes part in rounds until it is told to
 * stop.
 */
@Command(
    name = "device",
    description = {
      "Takes part in the rounds of a coordinator with the examples in a file, until stopped"
          + " (Ctrl-C) or",
      "until it contributed to --rounds rounds. Started again with the same --state it is the same"
          + " device."
    },
    mixinStandardHelpOptions = true,
    subcommands = DeviceListCommand.class,
    footer = {
      "",
      "Exit codes: 0 done; 1 the device's own state or training failed; 2 wrong usage or unusable"
          + " data;",
      "3 the coordinator cannot be reached; 4 it refuses this device.",
      "",
      "Example: tributary device --coordinator http://127.0.0.1:8080 --token TOKEN --population"
          + " digits \\",
      "           --data strokes=7:3 --rounds 10"
    })
public final class DeviceCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private JsonOption json;

  @Option(
      names = "--coordinator",
      paramLabel = "URL",
      description = "The coordinator's address, such as https://coordinator.example:8443.")
  private @Nullable URI coordinator;

  @Option(names = "--population", paramLabel = "NAME", description = "The population to belong to.")
  private @Nullable String population;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      defaultValue = "${env:TRIBUTARY_TOKEN:-}",
      description =
          "Enrolment token; needed until the device has enrolled (or set TRIBUTARY_TOKEN).")
  private String token;

  @Option(
      names = "--data",
      paramLabel = "KIND=WHERE",
      description = "What to train on: strokes=SEED:DEVICE (generated), csv=FILE or mnist=DIR.")
  private @Nullable String data;

  @Option(
      names = "--label",
      paramLabel = "COLUMN",
      defaultValue = "label",
      description = "csv: the column with the class (default: ${DEFAULT-VALUE}).")
  private String labelColumn;

  @Option(
      names = "--classes",
      paramLabel = "NAME",
      split = ",",
      description =
          "csv: all classes of the model in its order, when labels are not the numbers 0, 1, 2...")
  private List<String> classes = List.of();

  @Option(
      names = "--share",
      paramLabel = "I/N",
      description = "mnist: only every N-th row, beginning with row I.")
  private Optional<String> share = Optional.empty();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      defaultValue = "device-state",
      description = "Folder for the device's key and session (default: ./${DEFAULT-VALUE}).")
  private Path state;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "0",
      description = "Stop after contributing to this many rounds (default: never).")
  private int rounds;

  @Option(
      names = "--runtime",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Model runtime: auto, java or pytorch (default: ${DEFAULT-VALUE}).")
  private String runtime;

  @Option(
      names = "--minimum-cohort",
      paramLabel = "N",
      defaultValue = "2",
      description = "Refuse rounds that may sum fewer devices (default: ${DEFAULT-VALUE}).")
  private int minimumCohort;

  @Option(
      names = "--allow-plain",
      description =
          "Take part in rounds without secure aggregation, too: their coordinator sees this"
              + " device's update and what can be inferred from it.")
  private boolean allowPlain;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = "Trust the certificates of this PEM file, and no others.")
  private @Nullable Path authorities;

  @Option(
      names = "--insecure-plaintext",
      description = "Allow http to other machines: tokens can be read on the way.")
  private boolean insecurePlaintext;

  @Override
  public Integer call() throws InterruptedException {
    URI address = required(coordinator, "--coordinator=URL");
    String members = required(population, "--population=NAME");
    DeviceExamples examples =
        DeviceExamples.read(required(data, "--data=KIND=WHERE"), labelColumn, classes, share);
    try (Transport transport = transport(address)) {
      FederatedClientBuilder builder =
          FederatedClient.builder()
              .coordinator(address)
              .population(members)
              .stateDirectory(state)
              .transport(transport)
              .trainer(new RuntimeTrainer(examples::training, examples::heldOut, runtime))
              .privacyPolicy(PrivacyLimits.defaults().withMinimumCohort(minimumCohort));
      if (!token.isEmpty()) {
        builder.enrolmentToken(token);
      }
      if (allowPlain) {
        builder.allowInsecurePlain();
      }
      var run = new DeviceRun(rounds, json.progressWriter(spec));
      int exitCode = run.with(builder.listener(run));
      json.print(spec, run.summary(), lines -> lines.println(run.inWords()));
      return exitCode;
    } catch (SessionStoreException broken) {
      spec.commandLine().getErr().println("tributary device: " + broken.getMessage());
      return DeviceRun.FAILED;
    }
  }

  /** Not picocli's own check: it would ask for these when a subcommand is run, too. */
  private <T> T required(@Nullable T value, String option) {
    if (value == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '" + option + "'");
    }
    return value;
  }

  private Transport transport(URI address) {
    try {
      if (authorities != null) {
        return HttpTransport.to(address, TrustedAuthorities.fromPem(authorities));
      }
      return insecurePlaintext
          ? HttpTransport.insecurePlaintext(address)
          : HttpTransport.to(address);
    } catch (IOException | IllegalArgumentException unusable) {
      throw new ParameterException(
          spec.commandLine(), String.valueOf(unusable.getMessage()), unusable);
    }
  }
}
