package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.coordinator.schedule.Timeline;
import dev.tributary.coordinator.schedule.pace.Arrivals;
import dev.tributary.coordinator.schedule.pace.DiurnalActivity;
import dev.tributary.coordinator.schedule.pace.PopulationEstimate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A population: how many devices it seems to have, when they come, and which tasks it serves. Safe
 * on any thread.
 */
final class Population {
  private static final Duration ESTIMATE_PERIOD = Duration.ofHours(24);

  private final PopulationName name;
  private final Timeline timeline;
  private final PopulationEstimate estimate;
  private final DiurnalActivity activity;
  private final List<TaskRunner> tasks = new CopyOnWriteArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();

  Population(PopulationName name, Timeline timeline) {
    this.name = name;
    this.timeline = timeline;
    this.estimate = new PopulationEstimate(ESTIMATE_PERIOD, timeline.now());
    this.activity = new DiurnalActivity(timeline.now());
  }

  PopulationName name() {
    return name;
  }

  void add(TaskRunner task) {
    tasks.add(task);
  }

  List<TaskRunner> tasks() {
    return List.copyOf(tasks);
  }

  /** All tasks, beginning with another one each time, so that none starves the others. */
  List<TaskRunner> tasksInTurn() {
    var inTurn = new ArrayList<>(tasks);
    if (!inTurn.isEmpty()) {
      Collections.rotate(inTurn, -Math.floorMod(turn.getAndIncrement(), inTurn.size()));
    }
    return inTurn;
  }

  synchronized void seen(DeviceId device) {
    var now = timeline.now();
    estimate.seen(device, now);
    activity.seen(device, now);
  }

  synchronized double deviceEstimate() {
    return estimate.count(timeline.now());
  }

  synchronized Arrivals arrivals() {
    var now = timeline.now();
    return new Arrivals(estimate.count(now), activity.factor(now));
  }
}
