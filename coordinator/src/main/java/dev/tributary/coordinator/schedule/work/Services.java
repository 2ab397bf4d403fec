package dev.tributary.coordinator.schedule.work;

import dev.tributary.coordinator.access.DeviceAuthority;
import dev.tributary.coordinator.publish.ModelEvaluator;
import dev.tributary.coordinator.publish.artifact.UploadedModels;
import dev.tributary.coordinator.registry.ModelFiles;
import dev.tributary.coordinator.registry.ModelRegistry;
import dev.tributary.coordinator.registry.OptimizerStates;
import dev.tributary.coordinator.schedule.Timeline;
import dev.tributary.coordinator.schedule.ledger.RoundLedger;
import dev.tributary.coordinator.store.RoundJournal;
import dev.tributary.coordinator.store.TaskStore;
import java.util.concurrent.Executor;

/**
 * What the runners work with.
 *
 * @param lanes threads for short decisions; may be virtual
 * @param workers platform threads for sums, models and files
 */
public record Services(
    Timeline timeline,
    RoundJournal journal,
    TaskStore tasks,
    ModelRegistry registry,
    ModelFiles models,
    UploadedModels uploads,
    OptimizerStates optimizerStates,
    RoundLedger ledger,
    ModelEvaluator evaluator,
    Engagements engagements,
    ProgressFeed feed,
    RoundMeters meters,
    DeviceAuthority authority,
    Executor lanes,
    Executor workers) {}
