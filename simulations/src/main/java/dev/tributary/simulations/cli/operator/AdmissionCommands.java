package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code population} and {@code token}: where devices belong, and what lets them in. */
public final class AdmissionCommands {

  private AdmissionCommands() {}

  /** {@code token create}. */
  @Command(
      name = "token",
      description = "Makes tokens with which devices enrol.",
      mixinStandardHelpOptions = true)
  public static final class TokenCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "token: say create");
    }

    @Command(
        name = "create",
        description = "Makes an enrolment token and shows it, this once.",
        mixinStandardHelpOptions = true)
    int create(
        @Mixin AdminConnection connection,
        @Mixin Output output,
        @Option(
                names = "--population",
                paramLabel = "NAME",
                required = true,
                description = "Population it opens.")
            String population,
        @Option(
                names = "--uses",
                paramLabel = "N",
                defaultValue = "1",
                description = "Devices it lets in (default 1).")
            int uses,
        @Option(
                names = "--expires-in",
                paramLabel = "SECONDS",
                defaultValue = "86400",
                description = "Its life in seconds (default 86400, a day).")
            long expiresInSeconds)
        throws InterruptedException {
      String order =
          JsonNodeFactory.instance
              .objectNode()
              .put("population", population)
              .put("uses", uses)
              .put("expiresInSeconds", expiresInSeconds)
              .toString();
      JsonNode answer = connection.post("/api/v1/tokens", AdminConnection.JSON, order);
      output.print(answer, out -> out.println(Output.text(answer, "token")));
      return 0;
    }
  }

  /** {@code population create|list}. */
  @Command(
      name = "population",
      description = "Creates and lists populations.",
      mixinStandardHelpOptions = true)
  public static final class PopulationCommand implements Runnable {

    @Spec private CommandSpec spec;

    @Override
    public void run() {
      throw new ParameterException(spec.commandLine(), "population: say create or list");
    }

    @Command(
        name = "create",
        description = "Creates a population.",
        mixinStandardHelpOptions = true)
    int create(
        @Mixin AdminConnection connection,
        @Mixin Output output,
        @Parameters(paramLabel = "NAME", description = "Lower-case letters, digits and hyphens.")
            String name)
        throws InterruptedException {
      JsonNode answer =
          connection.post(
              "/api/v1/populations",
              AdminConnection.JSON,
              JsonNodeFactory.instance.objectNode().put("name", name).toString());
      output.print(answer, out -> out.println("population " + Output.text(answer, "name")));
      return 0;
    }

    @Command(name = "list", description = "Lists all populations.", mixinStandardHelpOptions = true)
    int list(@Mixin AdminConnection connection, @Mixin Output output) throws InterruptedException {
      JsonNode answer = connection.get("/api/v1/populations");
      Table table = new Table("population", "devices lately", "tasks");
      for (JsonNode population : answer.path("populations")) {
        StringBuilder tasks = new StringBuilder();
        population
            .path("tasks")
            .forEach(task -> tasks.append(tasks.isEmpty() ? "" : " ").append(task.asText()));
        table.row(
            Output.text(population, "name"), Output.text(population, "deviceEstimate"), tasks);
      }
      output.print(answer, table::print);
      return 0;
    }
  }
}
