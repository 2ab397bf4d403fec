package dev.tributary.coordinator.schedule.run;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.UploadId;
import dev.tributary.aggregation.protocol.round.CheckIn;
import dev.tributary.aggregation.protocol.round.CheckInAnswer;
import dev.tributary.aggregation.protocol.round.FailureReport;
import dev.tributary.aggregation.protocol.round.RoundManifest;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.aggregation.protocol.round.UploadReceipt;
import dev.tributary.coordinator.intake.VerifiedUpload;
import dev.tributary.coordinator.round.CountedUpload;
import dev.tributary.coordinator.schedule.DeviceDesk;
import dev.tributary.coordinator.schedule.SessionDesk;
import dev.tributary.coordinator.schedule.UploadAdmission;
import dev.tributary.coordinator.schedule.live.RoundRunner;
import dev.tributary.coordinator.schedule.live.RoundUploads;
import dev.tributary.coordinator.schedule.pace.Window;
import dev.tributary.coordinator.store.Reply;
import dev.tributary.security.identity.DeviceSignature;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Brings each request of a device to the lane of its task, and the answer back. Safe on any thread.
 */
final class Devices implements DeviceDesk {
  /** For a population without any task: nothing says how soon one may come. */
  private static final Window IDLE = Window.around(Duration.ofSeconds(60));

  private final Tasks tasks;
  private final PastRounds past;

  Devices(Tasks tasks) {
    this.tasks = tasks;
    this.past = new PastRounds(tasks.services().journal());
  }

  @Override
  public Future<CheckInAnswer> checkIn(DeviceId device, CheckIn request) {
    var reply = new Reply<CheckInAnswer>();
    var population = tasks.population(request.population());
    if (population.isEmpty()) {
      reply.fail(
          new RejectedException(
              RejectReason.UNKNOWN_POPULATION, "there is no population " + request.population()));
      return reply.future();
    }
    population.get().seen(device);
    Runnable offerNew =
        () -> offer(population.get().tasksInTurn(), device, request, Optional.empty(), reply);
    var engaged = tasks.services().engagements().of(device);
    engaged
        .flatMap(round -> tasks.runner(round.task()))
        .ifPresentOrElse(
            runner ->
                runner
                    .lane()
                    .execute(
                        () ->
                            runner.offerAgain(
                                device,
                                engaged.orElseThrow(),
                                answer -> answer.ifPresentOrElse(reply::succeed, offerNew))),
            offerNew);
    return reply.future();
  }

  /** Asks one task after the other; when none has a place, the soonest window is given. */
  private void offer(
      List<TaskRunner> left,
      DeviceId device,
      CheckIn request,
      Optional<CheckInAnswer> best,
      Reply<CheckInAnswer> reply) {
    if (left.isEmpty()) {
      reply.succeed(best.orElseGet(() -> TaskGate.comeBack(IDLE, "no-task")));
      return;
    }
    var task = left.getFirst();
    task.lane()
        .execute(
            () ->
                task.offer(
                    device,
                    request,
                    answer -> {
                      if (answer instanceof CheckInAnswer.Assigned) {
                        reply.succeed(answer);
                      } else {
                        offer(
                            left.subList(1, left.size()),
                            device,
                            request,
                            Optional.of(sooner(best, answer)),
                            reply);
                      }
                    }));
  }

  @Override
  public Future<Boolean> mayFetch(PopulationName population, ModelDigest digest) {
    var trained =
        tasks.population(population).map(Population::tasks).orElse(List.of()).stream()
            .map(runner -> Tasks.trainingTask(runner.config()))
            .collect(Collectors.toUnmodifiableSet());
    return tasks
        .services()
        .registry()
        .withDigest(digest)
        .map(versions -> versions.stream().anyMatch(version -> trained.contains(version.task())));
  }

  @Override
  public Future<Optional<RoundManifest>> manifest(
      DeviceId device, RoundId round, Duration maxWait) {
    var reply = new Reply<Optional<RoundManifest>>();
    onRound(
        round,
        reply,
        live -> live.answers().manifest(device, maxWait, reply),
        runner -> past.refusal(device, round).onComplete(reply::fail, reply::fail));
    return reply.future();
  }

  @Override
  public Future<UploadAdmission> admitUpload(
      DeviceId device,
      RoundId round,
      UploadId upload,
      long lengthBytes,
      byte[] sha256,
      Optional<DeviceSignature> signature) {
    var reply = new Reply<UploadAdmission>();
    var announced = new CountedUpload(device, upload, HexFormat.of().formatHex(sha256));
    onRound(
        round,
        reply,
        live ->
            live.uploads()
                .admit(
                    announced,
                    lengthBytes,
                    () ->
                        live.sessions()
                            .checkUpdate(
                                device,
                                sha256,
                                signature,
                                () -> reply.succeed(stage(live.runner())),
                                reply::fail),
                    receipt -> reply.succeed(new UploadAdmission.AlreadyCounted(receipt)),
                    reply::fail),
        runner ->
            past.receipt(round, announced, runner.gate().receipt(upload))
                .onComplete(
                    receipt -> reply.succeed(new UploadAdmission.AlreadyCounted(receipt)),
                    reply::fail));
    return reply.future();
  }

  private static UploadAdmission stage(RoundRunner round) {
    return new UploadAdmission.Stage(round.plan().protocol(), round.work().quantization());
  }

  @Override
  public SessionDesk sessions() {
    return new Sessions(this, past, tasks.services().meters());
  }

  @Override
  public Future<UploadReceipt> count(VerifiedUpload upload) {
    var reply = new Reply<UploadReceipt>();
    onRound(
        upload.round(),
        reply,
        live -> live.uploads().count(upload, reply::succeed, reply::fail),
        runner -> {
          RoundUploads.release(upload);
          var announced =
              new CountedUpload(
                  upload.device(), upload.uploadId(), HexFormat.of().formatHex(upload.sha256()));
          past.receipt(upload.round(), announced, runner.gate().receipt(upload.uploadId()))
              .onComplete(reply::succeed, reply::fail);
        });
    if (tasks.runner(upload.round().task()).isEmpty()) {
      RoundUploads.release(upload);
    }
    return reply.future();
  }

  @Override
  public Future<Void> reportFailure(DeviceId device, RoundId round, FailureReport report) {
    var reply = new Reply<Boolean>();
    String cause = report.reason().name().toLowerCase(Locale.ROOT).replace('_', '-');
    onRound(
        round,
        reply,
        live ->
            tasks
                .runner(round.task())
                .orElseThrow()
                .drop(device, live, cause, () -> reply.succeed(true)),
        runner -> reply.succeed(true));
    return reply.future().mapEmpty();
  }

  @Override
  public Future<RoundResult> result(DeviceId device, RoundId round, Duration maxWait) {
    var reply = new Reply<RoundResult>();
    onRound(
        round,
        reply,
        live -> live.answers().result(device, maxWait, reply),
        runner -> past.result(device, round).onComplete(reply::succeed, reply::fail));
    return reply.future();
  }

  /** Runs one of the two on the lane of the round's task, or refuses when there is no such task. */
  void onRound(
      RoundId round, Reply<?> reply, Consumer<LiveRound> live, Consumer<TaskRunner> ended) {
    tasks
        .runner(round.task())
        .ifPresentOrElse(
            runner ->
                runner
                    .lane()
                    .execute(
                        () -> {
                          try {
                            runner.round(round).ifPresentOrElse(live, () -> ended.accept(runner));
                          } catch (RuntimeException | Error e) {
                            reply.fail(e); // nobody is to wait for what a defect has swallowed
                            throw e;
                          }
                        }),
            () ->
                reply.fail(
                    new RejectedException(
                        RejectReason.UNKNOWN_ROUND, "there is no round " + round)));
  }

  private static CheckInAnswer sooner(Optional<CheckInAnswer> best, CheckInAnswer other) {
    return best.filter(known -> delayMillis(known) <= delayMillis(other)).orElse(other);
  }

  private static long delayMillis(CheckInAnswer answer) {
    return answer instanceof CheckInAnswer.ComeBack window ? window.minDelayMillis() : 0;
  }
}
