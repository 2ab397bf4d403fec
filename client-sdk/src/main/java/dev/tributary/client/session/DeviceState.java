package dev.tributary.client.session;

import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.client.session.DeviceEffect.AwaitManifest;
import dev.tributary.client.session.DeviceEffect.ForgetRound;
import dev.tributary.client.session.DeviceEffect.ReportFailure;
import dev.tributary.client.session.DeviceEvent.DeviceFailed;
import dev.tributary.client.session.DeviceEvent.HostClosed;
import dev.tributary.client.session.DeviceEvent.KeysExchanged;
import dev.tributary.client.session.DeviceEvent.ParticipationEnded;
import dev.tributary.client.session.DeviceEvent.PeersAnnounced;
import dev.tributary.client.session.DeviceEvent.RoundAssigned;
import dev.tributary.client.session.DeviceEvent.RoundRefused;
import dev.tributary.client.session.DeviceEvent.RoundReleased;
import dev.tributary.client.session.DeviceEvent.SharesRevealed;
import dev.tributary.client.session.DeviceEvent.TermsAccepted;
import dev.tributary.client.session.DeviceEvent.UnmaskRequested;
import dev.tributary.client.session.DeviceEvent.UpdateBuilt;
import dev.tributary.client.session.DeviceEvent.UploadAcknowledged;
import dev.tributary.security.BugException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Where a device stands in a round: the mirror of the coordinator's round.
 *
 * <pre>
 * Idle -assigned-> Enrolled -terms accepted-> Training -update built-> Uploading -acknowledged-> Uploaded -released-> Done
 *                  Enrolled -terms accepted-> Advertising -keys exchanged-> KeysShared -peers announced-> Training
 *                                                                             Uploaded -asked-> Unmasking -revealed-> Done
 * Enrolled..Unmasking -refused, failed-> Dropped;  Enrolled..Training -host closed-> Dropped;  Done, Dropped -noted-> Idle
 * </pre>
 *
 * <p>A plain round needs no keys: it goes past {@link Preparing.Advertising}, {@link
 * Preparing.KeysShared} and {@link Contributing.Unmasking}. {@link Contributing.Uploading} exists
 * so that a restarted device repeats the very same bytes under the same id, and is never counted
 * twice. Pure: no clock, no I/O, no randomness. An event that cannot happen in a state is a defect
 * of the driver and throws.
 */
public sealed interface DeviceState
    permits InRound, DeviceState.Idle, DeviceState.Done, DeviceState.Dropped {

  /** Name on disk and in logs; never changes once released. */
  String name();

  /**
   * The record's components as text, in order: with {@link #name} what {@link DeviceStateText}
   * rebuilds it from.
   */
  List<String> fields();

  /** The round that this state belongs to. */
  default Optional<RoundId> currentRound() {
    return Optional.empty();
  }

  /** What to do on finding oneself in this state after a restart. */
  default List<DeviceEffect> resume() {
    return List.of();
  }

  /** Handles the two ends of a participation; empty in all other states. */
  default <T> Optional<T> match(
      Function<Done, ? extends T> done, Function<Dropped, ? extends T> dropped) {
    return Optional.empty();
  }

  default DeviceTransition on(RoundAssigned event) {
    throw impossible(event);
  }

  default DeviceTransition on(TermsAccepted event) {
    throw impossible(event);
  }

  default DeviceTransition on(KeysExchanged event) {
    throw impossible(event);
  }

  default DeviceTransition on(PeersAnnounced event) {
    throw impossible(event);
  }

  default DeviceTransition on(UpdateBuilt event) {
    throw impossible(event);
  }

  default DeviceTransition on(UploadAcknowledged event) {
    throw impossible(event);
  }

  default DeviceTransition on(UnmaskRequested event) {
    throw impossible(event);
  }

  default DeviceTransition on(SharesRevealed event) {
    throw impossible(event);
  }

  default DeviceTransition on(RoundReleased event) {
    throw impossible(event);
  }

  default DeviceTransition on(RoundRefused event) {
    throw impossible(event);
  }

  default DeviceTransition on(DeviceFailed event) {
    throw impossible(event);
  }

  /** Closing changes nothing that can be taken up again at the next start. */
  default DeviceTransition on(HostClosed event) {
    return DeviceTransition.to(this, "closed; to be resumed");
  }

  default DeviceTransition on(ParticipationEnded event) {
    throw impossible(event);
  }

  private BugException impossible(DeviceEvent event) {
    return new BugException(event + " cannot happen in " + this);
  }

  /** Takes part in no round. */
  record Idle() implements DeviceState {
    @Override
    public String name() {
      return "idle";
    }

    @Override
    public List<String> fields() {
      return List.of();
    }

    @Override
    public DeviceTransition on(RoundAssigned event) {
      return DeviceTransition.to(
          new Preparing.Enrolled(event.round()),
          "assigned to " + event.round(),
          new AwaitManifest(event.round()));
    }
  }

  /** Contributed; the outcome is yet to be told to the application. */
  record Done(RoundId round) implements DeviceState {
    static DeviceTransition because(RoundId round, String reason) {
      Done next = new Done(round);
      return new DeviceTransition(next, next.resume(), reason);
    }

    @Override
    public <T> Optional<T> match(
        Function<Done, ? extends T> done, Function<Dropped, ? extends T> dropped) {
      return Optional.of(done.apply(this));
    }

    @Override
    public String name() {
      return "done";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString());
    }

    @Override
    public Optional<RoundId> currentRound() {
      return Optional.of(round);
    }

    /** Nothing of a round outlives it, wherever a process died in it. */
    @Override
    public List<DeviceEffect> resume() {
      return List.of(new ForgetRound());
    }

    @Override
    public DeviceTransition on(ParticipationEnded event) {
      return DeviceTransition.to(new Idle(), "took part in " + round);
    }
  }

  /**
   * Left the round before it was over.
   *
   * @param code kebab-case: the coordinator's problem code, or the device's own failure
   * @param detail for people
   */
  record Dropped(RoundId round, String code, String detail) implements DeviceState {
    @Override
    public <T> Optional<T> match(
        Function<Done, ? extends T> done, Function<Dropped, ? extends T> dropped) {
      return Optional.of(dropped.apply(this));
    }

    @Override
    public String name() {
      return "dropped";
    }

    @Override
    public List<String> fields() {
      return List.of(round.toString(), code, detail);
    }

    static DeviceTransition because(RoundId round, RoundRefused event) {
      Dropped next = new Dropped(round, event.code(), event.detail());
      return new DeviceTransition(next, next.resume(), event.detail());
    }

    static DeviceTransition because(RoundId round, DeviceFailed event) {
      String code = event.failure().name().toLowerCase(Locale.ROOT).replace('_', '-');
      return DeviceTransition.to(
          new Dropped(round, code, event.detail()),
          event.detail(),
          new ForgetRound(),
          new ReportFailure(round, event.failure(), event.detail()));
    }

    @Override
    public Optional<RoundId> currentRound() {
      return Optional.of(round);
    }

    /** Nothing of a round outlives it, wherever a process died in it. */
    @Override
    public List<DeviceEffect> resume() {
      return List.of(new ForgetRound());
    }

    @Override
    public DeviceTransition on(ParticipationEnded event) {
      return DeviceTransition.to(new Idle(), "dropped out of " + round);
    }
  }
}
