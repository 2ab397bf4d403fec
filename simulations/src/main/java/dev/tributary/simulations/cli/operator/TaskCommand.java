package dev.tributary.simulations.cli.operator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code task}: what the coordinator trains and evaluates. */
@Command(
    name = "task",
    description = "Creates, shows, pauses, resumes and retrains tasks.",
    mixinStandardHelpOptions = true)
public final class TaskCommand implements Runnable {

  private static final int LARGEST_FILE_BYTES = 1 << 20;

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "task: say create, list, show, pause, resume or retrain");
  }

  @Command(
      name = "create",
      description = "Creates a task from a YAML or JSON file.",
      mixinStandardHelpOptions = true)
  int create(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "TASK.yaml", description = "The task's configuration.") Path file)
      throws InterruptedException {
    JsonNode task = connection.post("/api/v1/tasks", AdminConnection.YAML, document(file));
    output.print(task, out -> show(task, out));
    return 0;
  }

  @Command(name = "list", description = "Lists all tasks.", mixinStandardHelpOptions = true)
  int list(@Mixin AdminConnection connection, @Mixin Output output) throws InterruptedException {
    JsonNode answer = connection.get("/api/v1/tasks");
    Table table =
        new Table(
            "task", "population", "status", "published", "attempts", "version", "accuracy", "loss");
    for (JsonNode task : answer.path("tasks")) {
      JsonNode latest = task.path("latest");
      table.row(
          Output.text(task, "name"),
          Output.text(task, "population"),
          Output.text(task, "status"),
          Output.text(task, "publishedCount"),
          Output.text(task, "attemptCount"),
          Output.text(latest, "version"),
          Output.percent(latest.path("metrics").path("accuracy")),
          Output.decimal(latest.path("metrics").path("loss")));
    }
    output.print(answer, table::print);
    return 0;
  }

  @Command(name = "show", description = "Shows one task.", mixinStandardHelpOptions = true)
  int show(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "TASK", description = "Name of the task.") String task)
      throws InterruptedException {
    JsonNode answer = connection.get("/api/v1/tasks/" + AdminConnection.segment(task));
    output.print(answer, out -> show(answer, out));
    return 0;
  }

  @Command(
      name = "pause",
      description = "Starts no further round of a task; one that reports finishes.",
      mixinStandardHelpOptions = true)
  int pause(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "TASK", description = "Name of the task.") String task)
      throws InterruptedException {
    return change(connection, output, task, "pause");
  }

  @Command(name = "resume", description = "Undoes a pause.", mixinStandardHelpOptions = true)
  int resume(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "TASK", description = "Name of the task.") String task)
      throws InterruptedException {
    return change(connection, output, task, "resume");
  }

  @Command(
      name = "retrain",
      description = "Runs a finished task again, for as many rounds as before.",
      mixinStandardHelpOptions = true)
  int retrain(
      @Mixin AdminConnection connection,
      @Mixin Output output,
      @Parameters(paramLabel = "TASK", description = "Name of the task.") String task)
      throws InterruptedException {
    return change(connection, output, task, "retrain");
  }

  private static int change(AdminConnection connection, Output output, String task, String verb)
      throws InterruptedException {
    JsonNode answer =
        connection.post(
            "/api/v1/tasks/" + AdminConnection.segment(task) + "/" + verb,
            AdminConnection.JSON,
            "");
    output.print(answer, out -> show(answer, out));
    return 0;
  }

  private static void show(JsonNode task, PrintWriter out) {
    JsonNode latest = task.path("latest");
    new Table("task", Output.text(task, "name"))
        .row("population", Output.text(task, "population"))
        .row("status", Output.text(task, "status"))
        .row("reason", Output.text(task, "reason"))
        .row("created", Output.time(task.path("createdAt")))
        .row("published rounds", Output.text(task, "publishedCount"))
        .row("attempts", Output.text(task, "attemptCount"))
        .row("model version", Output.text(latest, "version"))
        .row("model digest", Output.text(latest, "digest"))
        .row("accuracy", Output.percent(latest.path("metrics").path("accuracy")))
        .row("loss", Output.decimal(latest.path("metrics").path("loss")))
        .print(out);
    for (JsonNode round : task.path("running")) {
      out.println("running  " + RoundCommand.line(round));
    }
  }

  private static String document(Path file) {
    try {
      if (Files.size(file) > LARGEST_FILE_BYTES) {
        throw CommandFailedException.wrongUsage(
            file + " has " + Files.size(file) + " bytes; expected at most " + LARGEST_FILE_BYTES);
      }
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw CommandFailedException.wrongUsage(
          file + " cannot be read: " + (Files.exists(file) ? e : "it does not exist"));
    }
  }
}
