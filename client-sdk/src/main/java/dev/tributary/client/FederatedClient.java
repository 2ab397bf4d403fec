package dev.tributary.client;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.RoundId;
import dev.tributary.aggregation.protocol.round.RoundResult;
import dev.tributary.client.round.SessionKeeper;
import dev.tributary.client.session.DeviceState;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.link.CoordinatorException;
import dev.tributary.client.transport.link.CoordinatorLink;
import dev.tributary.security.identity.DeviceKeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A device that takes part in federated rounds.
 *
 * <p>{@link #start} keeps it taking part on a thread of its own, waiting between check-ins as the
 * coordinator asks; {@link #participate} does one check-in, and the whole round when it is given
 * one, on the calling thread. Both leave the device's state in its store, so that a process that
 * dies goes on where it was. Any thread may call any method; one participation runs at a time.
 */
public final class FederatedClient implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FederatedClient.class);
  private static final Duration LONGEST_RESULT_WAIT = Duration.ofSeconds(30);

  private final Surroundings surroundings;
  private final SessionStore store;
  private final Transport transport;
  private final boolean ownsTransport;
  private final CoordinatorLink link;
  private final SessionKeeper keeper;
  private final DeviceId device;
  private final Duration closingPatience;
  private final ReentrantLock taking = new ReentrantLock();
  private final Object threads = new Object();
  private @Nullable Thread participant;
  private @Nullable Thread loop;
  private boolean closed;
  private boolean releasedByParticipant;

  FederatedClient(
      Surroundings surroundings,
      DeviceSession session,
      SessionStore store,
      Transport transport,
      boolean ownsTransport,
      Duration closingPatience) {
    DeviceKeyPair keys = store.keyPair();
    this.surroundings = surroundings;
    this.store = store;
    this.transport = transport;
    this.ownsTransport = ownsTransport;
    this.closingPatience = closingPatience;
    this.link = new CoordinatorLink(transport, keys, surroundings.clock());
    this.keeper = new SessionKeeper(store, session);
    this.device = DeviceId.of(keys.publicKey());
  }

  /** Describes a client. */
  public static FederatedClientBuilder builder() {
    return new FederatedClientBuilder();
  }

  /** The identity of this device, which follows from its key. */
  public DeviceId device() {
    return device;
  }

  /** Where the device stands in a round. */
  public DeviceState state() {
    return keeper.current().state();
  }

  /**
   * Checks in once and, when given a place, takes part in the whole round; or takes up the round
   * that an earlier process was in. Does not wait beforehand, whatever the last outcome said. Ends
   * early, with the thread's interrupt flag set, when the thread is interrupted.
   *
   * @throws IllegalStateException when the client is closed, or another thread is taking part or
   *     asks for a result
   * @throws dev.tributary.client.store.SessionStoreException when the device's state cannot be read
   *     or written
   */
  public ParticipationOutcome participate() {
    if (!taking.tryLock()) {
      throw new IllegalStateException("this client is busy on another thread already");
    }
    try {
      return takePart();
    } finally {
      taking.unlock();
    }
  }

  /**
   * The background loop's turn: waits for whoever uses the client now.
   *
   * @param due the time of the next check-in as the loop knows it; when that has changed since,
   *     somebody else took part, and nothing is done here
   */
  Optional<ParticipationOutcome> participateInTurn(Optional<Instant> due)
      throws InterruptedException {
    taking.lockInterruptibly();
    try {
      return notBefore().equals(due) ? Optional.of(takePart()) : Optional.empty();
    } finally {
      taking.unlock();
    }
  }

  private ParticipationOutcome takePart() {
    begin();
    try {
      return new ParticipationDriver(surroundings, link, store, keeper).run();
    } finally {
      end();
    }
  }

  /**
   * Takes part on a daemon thread until closed. Calling it again changes nothing, unless that
   * thread has ended over a defect ({@link ParticipationListener#stopped}): then another begins.
   */
  public void start() {
    synchronized (threads) {
      requireOpen();
      if (loop == null || !loop.isAlive()) {
        var fresh =
            new Thread(new CheckInLoop(this, surroundings)::run, "tributary-device-" + device);
        fresh.setDaemon(true);
        loop = fresh;
        fresh.start();
      }
    }
  }

  /**
   * What became of a round that this device was in; state RUNNING when it has not ended within
   * {@code wait}. A participation that runs meanwhile is let end first.
   *
   * @param wait 0 to 30 s
   */
  public RoundResult result(RoundId round, Duration wait)
      throws CoordinatorException, InterruptedException {
    if (wait.isNegative() || wait.compareTo(LONGEST_RESULT_WAIT) > 0) {
      throw new IllegalArgumentException(
          "wait must be 0 to " + LONGEST_RESULT_WAIT + ", not " + wait);
    }
    taking.lockInterruptibly();
    try {
      begin();
      try {
        return link.result(round, wait);
      } finally {
        end();
      }
    } finally {
      taking.unlock();
    }
  }

  /** When the device may check in again; empty for at once. */
  Optional<Instant> notBefore() {
    return keeper.current().notBefore();
  }

  /** How long the background loop waits now: nothing when a round is to be taken up. */
  Duration waitBefore(Optional<Instant> due) {
    if (state().currentRound().isPresent()) {
      return Duration.ZERO;
    }
    Instant now = surroundings.clock().now();
    return due.filter(now::isBefore)
        .map(until -> surroundings.schedule().bounded(Duration.between(now, until)))
        .orElse(Duration.ZERO);
  }

  boolean isClosed() {
    synchronized (threads) {
      return closed;
    }
  }

  private void begin() {
    synchronized (threads) {
      requireOpen();
      participant = Thread.currentThread();
    }
  }

  private void end() {
    boolean lastUser;
    synchronized (threads) {
      if (closed && participant != null && participant != loop) {
        // close() interrupted the application's thread on our behalf: that interrupt must not
        // outlive the call.
        Thread.interrupted();
      }
      participant = null;
      lastUser = releasedByParticipant;
    }
    if (lastUser) {
      release();
    }
  }

  private void requireOpen() {
    if (isClosed()) {
      throw new IllegalStateException("this client is closed");
    }
  }

  /**
   * Interrupts a participation, or a wait for a result, and frees everything: threads, connections,
   * native memory, the state directory. A device that has no finished update leaves its round; one
   * that has goes on with it at the next start. Closing twice changes nothing.
   *
   * <p>A trainer that does not answer its interrupt within 30 s is left running, and everything is
   * freed when it ends: its memory is never taken from under it. The same holds for closing in a
   * listener.
   */
  @Override
  public void close() {
    Thread running;
    synchronized (threads) {
      if (closed) {
        return;
      }
      closed = true;
      running = loop;
      if (running != null) {
        running.interrupt();
      }
      if (participant != null && participant != running) {
        participant.interrupt();
      }
    }
    boolean restoreInterrupt = Thread.interrupted();
    try {
      awaitEnd(running);
    } catch (InterruptedException interrupted) {
      restoreInterrupt = true;
    } finally {
      releaseOrLeave();
      if (restoreInterrupt) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void awaitEnd(@Nullable Thread running) throws InterruptedException {
    if (taking.isHeldByCurrentThread()
        || !taking.tryLock(closingPatience.toMillis(), TimeUnit.MILLISECONDS)) {
      return;
    }
    taking.unlock();
    if (running != null && running != Thread.currentThread()) {
      running.join(closingPatience.toMillis());
    }
  }

  /** Frees everything, or has the thread that still uses it do so when it ends. */
  private void releaseOrLeave() {
    synchronized (threads) {
      releasedByParticipant = participant != null;
      if (releasedByParticipant) {
        if (participant != Thread.currentThread()) {
          LOG.warn(
              "device {}: its trainer did not stop within {} of being interrupted; everything is"
                  + " freed when it ends",
              device,
              closingPatience);
        }
        return;
      }
    }
    release();
  }

  private void release() {
    try {
      surroundings.trainer().close();
    } finally {
      try {
        if (ownsTransport) {
          transport.close();
        }
      } finally {
        store.close();
      }
    }
  }
}
