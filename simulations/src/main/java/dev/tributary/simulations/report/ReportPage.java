package dev.tributary.simulations.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The page for people: template, style, script and the run's figures in one text. The page asks no
 * network for anything and its policy forbids it to; the script sets what comes from a run only as
 * text.
 */
final class ReportPage {

  /**
   * More cells than this are no picture: the page then shows how many devices took part, not which.
   */
  private static final long MAXIMUM_CELLS = 4_000_000;

  /**
   * More columns than this cannot be told apart: the page then shows devices at equal distances.
   */
  private static final int MAXIMUM_LABEL_DEVICES = 2000;

  private ReportPage() {}

  static String of(RunRecord run) {
    return resource("report.html")
        .replace("{{title}}", escaped(run.summary().scenario()))
        .replace("{{style}}", resource("report.css"))
        .replace("{{script}}", resource("report.js"))
        .replace("{{data}}", figures(run).toString().replace("<", "\\u003c"));
  }

  private static ObjectNode figures(RunRecord run) {
    ObjectNode json = SummaryJson.object();
    json.set("summary", SummaryJson.of(run.summary()));
    json.put("description", run.summary().settings().getOrDefault("description", ""));
    ArrayNode rounds = json.putArray("rounds");
    run.rounds().forEach(row -> addRound(rounds.addObject(), row));
    ArrayNode classNames = json.putArray("classNames");
    run.classNames().forEach(classNames::add);
    addParticipation(json.putArray("participation"), run);
    addLabelCounts(json.putArray("labelCounts"), run.labelCounts());
    json.put("labelDevices", run.labelCounts().length);
    return json;
  }

  private static void addRound(ObjectNode json, RoundRow row) {
    json.put("round", row.round()).put("devices", row.devices()).put("dropouts", row.dropouts());
    SummaryJson.put(json, "loss", row.loss());
    SummaryJson.put(json, "accuracy", row.accuracy());
    SummaryJson.put(json, "macroF1", row.macroF1());
    json.put("bytesUp", row.bytesUp())
        .put("bytesDown", row.bytesDown())
        .put("seconds", row.seconds());
    ArrayNode f1 = json.putArray("f1");
    for (double value : row.f1ByClass()) {
      f1.add(value);
    }
  }

  /** One text a round, one character a device: 0 not chosen, 1 reported, 2 dropped out. */
  private static void addParticipation(ArrayNode json, RunRecord run) {
    int devices = run.summary().devices();
    if ((long) devices * run.participation().size() > MAXIMUM_CELLS) {
      return;
    }
    for (Participation round : run.participation()) {
      char[] states = new char[devices];
      Arrays.fill(states, '0');
      for (int device : round.droppedOut()) {
        states[device] = '2';
      }
      for (int device : round.reported()) {
        states[device] = '1';
      }
      json.add(new String(states));
    }
  }

  private static void addLabelCounts(ArrayNode json, int[][] labelCounts) {
    int shown = Math.min(labelCounts.length, MAXIMUM_LABEL_DEVICES);
    for (int column = 0; column < shown; column++) {
      ArrayNode counts = json.addArray();
      for (int count : labelCounts[(int) ((long) column * labelCounts.length / shown)]) {
        counts.add(count);
      }
    }
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String resource(String name) {
    try (InputStream stream = ReportPage.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("the resource " + name + " is missing from the program");
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
