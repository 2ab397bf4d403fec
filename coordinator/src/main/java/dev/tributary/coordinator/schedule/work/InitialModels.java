package dev.tributary.coordinator.schedule.work;

import dev.tributary.aggregation.model.ModelDigest;
import dev.tributary.aggregation.model.ModelSpec;
import dev.tributary.aggregation.model.ModelState;
import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import dev.tributary.aggregation.protocol.TaskName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.aggregation.runtime.InitialWeights;
import dev.tributary.coordinator.publish.artifact.UploadedModels.Upload;
import dev.tributary.coordinator.registry.ModelFiles.StoredModel;
import dev.tributary.coordinator.schedule.TaskConfig.Initial;
import dev.tributary.coordinator.schedule.TaskConfig.Training;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;

/**
 * Training -InitialModels-> the model that a task begins with, on disk: fresh weights, a version
 * that is here, or the weights of an artifact that was uploaded. Safe on any thread; files and
 * weights are the workers' matter.
 */
public final class InitialModels {
  private final Services services;
  private final Function<TaskName, Optional<ModelSpec>> networks;

  /**
   * Looks among what these services have.
   *
   * @param networks the network that a task trains, if it trains one
   */
  public InitialModels(Services services, Function<TaskName, Optional<ModelSpec>> networks) {
    this.services = services;
    this.networks = networks;
  }

  /**
   * A model to begin with.
   *
   * @param parent the version that it was derived from, where it is an artifact of one
   */
  public record InitialModel(StoredModel stored, Optional<ModelDigest> parent) {}

  /**
   * An upload, and what may be in it.
   *
   * @param network its own one, or one of those that its version's weights belong to
   */
  private record Candidate(Upload upload, ModelSpec network) {}

  /**
   * Finds or makes the model that a task wants.
   *
   * @return fails with a {@link RejectedException} when it is not here, is of another network, or
   *     holds no weights
   */
  public Future<InitialModel> of(Training training) {
    return switch (training.initial()) {
      case Initial.Seed initial -> onWorker(training, () -> drawn(training, initial.seed()));
      case Initial.Version initial ->
          candidates(initial.digest())
              .compose(
                  candidates ->
                      onWorker(
                          training,
                          () ->
                              candidates.isEmpty()
                                  ? existing(training, initial.digest())
                                  : uploaded(training, initial.digest(), candidates)));
    };
  }

  /**
   * The network of a version or of an upload.
   *
   * @return fails with a {@link RejectedException} when there is none of this name, or more than
   *     one network with these weights
   */
  public Future<ModelSpec> network(ModelDigest digest) {
    return candidates(digest)
        .compose(
            candidates ->
                candidates.isEmpty()
                    ? networks(digest)
                    : Future.succeededFuture(
                        candidates.stream().map(Candidate::network).distinct().toList()))
        .compose(
            found ->
                switch (found.size()) {
                  case 0 -> Future.failedFuture(refused(thereIsNo(digest)));
                  case 1 -> Future.succeededFuture(found.getFirst());
                  default ->
                      Future.failedFuture(
                          new RejectedException(
                              RejectReason.BAD_CONFIGURATION,
                              "'model' is missing, and "
                                  + found.size()
                                  + " networks have the weights of initialModel "
                                  + digest
                                  + ": say which"));
                });
  }

  /** Of the tasks that have a version with this digest. */
  private Future<List<ModelSpec>> networks(ModelDigest version) {
    return services
        .registry()
        .withDigest(version)
        .map(
            versions ->
                versions.stream()
                    .map(found -> networks.apply(found.task()))
                    .<ModelSpec>mapMulti(Optional::ifPresent)
                    .distinct()
                    .toList());
  }

  private InitialModel drawn(Training training, long seed) {
    var weights = InitialWeights.of(training.model(), seed);
    return new InitialModel(
        services.models().save(new ModelState(training.model().layout(), weights)),
        Optional.empty());
  }

  private InitialModel existing(Training training, ModelDigest digest) throws RejectedException {
    if (services.models().find(digest).isEmpty()) {
      throw refused(thereIsNo(digest));
    }
    ModelState state = services.models().load(digest);
    if (!state.layout().equals(training.model().layout())) {
      throw refused(
          digest
              + " has the layout "
              + state.layout()
              + ", the model has "
              + training.model().layout());
    }
    return new InitialModel(
        new StoredModel(digest, services.models().bytes(digest)), Optional.empty());
  }

  private InitialModel uploaded(Training training, ModelDigest digest, List<Candidate> candidates)
      throws RejectedException {
    Upload any = candidates.getFirst().upload();
    if (!any.hasWeights()) {
      throw refused(
          digest
              + " is an artifact of kind "
              + any.entry().kind().code()
              + ", a graph to compute with; a task begins with the weights of the version itself,"
              + " or of an artifact that is stored as safetensors, such as pruned or distilled");
    }
    Optional<Candidate> fitting =
        candidates.stream()
            .filter(candidate -> candidate.network().equals(training.model()))
            .findFirst();
    if (fitting.isEmpty()) {
      throw refused(
          digest
              + " is an artifact of kind "
              + any.entry().kind().code()
              + " with the network "
              + candidates.getFirst().network().canonicalJson()
              + ", the model is "
              + training.model().canonicalJson());
    }
    ModelDigest version = fitting.get().upload().version();
    StoredModel stored =
        services.models().save(services.uploads().read(fitting.get().upload(), training.model()));
    // An artifact that lost nothing is the version itself.
    return new InitialModel(
        stored, Optional.of(version).filter(parent -> !parent.equals(stored.digest())));
  }

  /** Uploads with this name; one whose network is its version's may have that of several tasks. */
  private Future<List<Candidate>> candidates(ModelDigest digest) {
    return services
        .uploads()
        .named(new FileDigest(digest.hex()))
        .compose(
            uploads -> {
              List<Future<List<Candidate>>> all = uploads.stream().map(this::candidates).toList();
              return Future.all(all)
                  .map(done -> all.stream().flatMap(each -> each.result().stream()).toList());
            });
  }

  private Future<List<Candidate>> candidates(Upload upload) {
    Optional<ModelSpec> own = upload.entry().spec();
    if (own.isPresent()) {
      return Future.succeededFuture(List.of(new Candidate(upload, own.get())));
    }
    return networks(upload.version())
        .map(found -> found.stream().map(network -> new Candidate(upload, network)).toList());
  }

  private Future<InitialModel> onWorker(Training training, Callable<InitialModel> work) {
    Promise<InitialModel> stored = Promise.promise();
    services
        .workers()
        .execute(
            () -> {
              try {
                stored.complete(work.call());
              } catch (OutOfMemoryError e) {
                stored.fail(tooLarge(training));
              } catch (Exception | Error e) {
                stored.fail(e);
              }
            });
    return stored.future();
  }

  private static RejectedException tooLarge(Training training) {
    return new RejectedException(
        RejectReason.BAD_CONFIGURATION,
        "model: its "
            + training.model().layout().dimension()
            + " parameters do not fit the coordinator's heap of "
            + Runtime.getRuntime().maxMemory()
            + " bytes, or what is left of it");
  }

  private static String thereIsNo(ModelDigest digest) {
    return "there is neither a model nor an uploaded artifact " + digest;
  }

  private static RejectedException refused(String why) {
    return new RejectedException(RejectReason.BAD_CONFIGURATION, "initialModel: " + why);
  }
}
