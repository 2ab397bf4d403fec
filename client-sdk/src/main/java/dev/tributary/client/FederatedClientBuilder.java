package dev.tributary.client;

import dev.tributary.aggregation.protocol.PopulationName;
import dev.tributary.aggregation.runtime.Examples;
import dev.tributary.client.policy.DeviceConditions;
import dev.tributary.client.policy.EligibilityPolicy;
import dev.tributary.client.policy.PrivacyLimits;
import dev.tributary.client.policy.PrivacyPolicy;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.session.RetrySchedule;
import dev.tributary.client.store.DeviceSession;
import dev.tributary.client.store.FileSessionStore;
import dev.tributary.client.store.OwnerOnly;
import dev.tributary.client.store.SessionStore;
import dev.tributary.client.store.SessionStoreException;
import dev.tributary.client.train.LocalTrainer;
import dev.tributary.client.train.RuntimeTrainer;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.client.transport.Transport;
import dev.tributary.security.identity.BearerToken;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link FederatedClient}. Required: coordinator, population, state directory, and
 * examples or a trainer; an enrolment token until the device has enrolled. For one thread.
 */
public final class FederatedClientBuilder {

  private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(30);
  private static final long DEFAULT_MAXIMUM_MODEL_BYTES = 256L << 20;

  private @Nullable URI coordinator;
  private @Nullable PopulationName population;
  private @Nullable Path stateDirectory;
  private @Nullable LocalTrainer trainer;
  private @Nullable Transport transport;
  private @Nullable SessionStore sessionStore;
  private Optional<BearerToken> enrolmentToken = Optional.empty();
  private long maximumModelBytes = DEFAULT_MAXIMUM_MODEL_BYTES;
  private Map<String, String> attributes = Map.of();
  private Supplier<DeviceConditions> conditions = DeviceConditions::alwaysReady;
  private EligibilityPolicy eligibility = EligibilityPolicy.unnoticed();
  private PrivacyPolicy privacy = PrivacyLimits.defaults();
  private boolean plainAllowed;
  private DeviceRandomness randomness = DeviceRandomness.secure();
  private RetrySchedule schedule = RetrySchedule.standard();
  private DeviceClock clock = DeviceClock.system();
  private Duration closingPatience = CLOSING_PATIENCE;
  private ParticipationListener listener = new ParticipationListener() {};

  FederatedClientBuilder() {}

  /** The coordinator's address, https unless it is on this machine. */
  public FederatedClientBuilder coordinator(URI address) {
    this.coordinator = address;
    return this;
  }

  /** The population that this device belongs to. */
  public FederatedClientBuilder population(String name) {
    this.population = new PopulationName(name);
    return this;
  }

  /** Lets the device enrol; not needed again once it has. */
  public FederatedClientBuilder enrolmentToken(String token) {
    this.enrolmentToken = Optional.of(BearerToken.of(token));
    return this;
  }

  /**
   * Where the device's key, session, model and unfinished update are kept; made when absent. One
   * device each.
   */
  public FederatedClientBuilder stateDirectory(Path directory) {
    this.stateDirectory = directory;
    return this;
  }

  /** What to train and to evaluate on, asked anew for each round. */
  public FederatedClientBuilder examples(Supplier<Examples> examples) {
    return trainer(RuntimeTrainer.on(examples));
  }

  /** Trains and evaluates in another way. The client closes it. */
  public FederatedClientBuilder trainer(LocalTrainer newTrainer) {
    this.trainer = newTrainer;
    return this;
  }

  /**
   * Moves requests in another way than {@link HttpTransport}. Several clients may share one, so
   * none closes it.
   */
  public FederatedClientBuilder transport(Transport shared) {
    this.transport = shared;
    return this;
  }

  /**
   * Keeps identity and session elsewhere than in the state directory, where models still are. The
   * client closes it.
   */
  public FederatedClientBuilder sessionStore(SessionStore store) {
    this.sessionStore = store;
    return this;
  }

  /**
   * Tells whether the device is charging, on an unmetered network and idle; default: always all
   * three.
   */
  public FederatedClientBuilder conditions(Supplier<DeviceConditions> source) {
    this.conditions = source;
    return this;
  }

  /** Decides by the conditions whether to take part; default: only when it goes unnoticed. */
  public FederatedClientBuilder eligibilityPolicy(EligibilityPolicy policy) {
    this.eligibility = policy;
    return this;
  }

  /** Decides by a round's terms whether to take part; default: {@link PrivacyLimits#defaults}. */
  public FederatedClientBuilder privacyPolicy(PrivacyPolicy policy) {
    this.privacy = policy;
    return this;
  }

  /**
   * Takes part in rounds without secure aggregation, too. Their coordinator, and whoever reads its
   * disk or its memory, sees the update of each single device, from which examples can be
   * reconstructed: only where all parties trust the coordinator with the data itself, or the data
   * is not private. Default: such rounds are refused, whatever the privacy policy says.
   */
  public FederatedClientBuilder allowInsecurePlain() {
    this.plainAllowed = true;
    return this;
  }

  /**
   * What tasks may select devices by: at most 32 entries, keys and values of 1 to 64 characters.
   */
  public FederatedClientBuilder attributes(Map<String, String> newAttributes) {
    this.attributes = Map.copyOf(newAttributes);
    return this;
  }

  /** The largest model, and the largest update, that this device takes; default 256 MiB. */
  public FederatedClientBuilder maximumModelBytes(long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("maximumModelBytes must be at least 1, not " + bytes);
    }
    this.maximumModelBytes = bytes;
    return this;
  }

  /** The shortest wait between check-ins that a coordinator can ask for; default 1 s. */
  public FederatedClientBuilder shortestWait(Duration wait) {
    this.schedule = new RetrySchedule(wait);
    return this;
  }

  /** Where randomness comes from; default {@link DeviceRandomness#secure}. */
  public FederatedClientBuilder randomness(DeviceRandomness source) {
    this.randomness = source;
    return this;
  }

  /** The device's time; default the machine's. */
  public FederatedClientBuilder clock(DeviceClock newClock) {
    this.clock = newClock;
    return this;
  }

  /** How long {@link FederatedClient#close} waits for what it interrupted; default 30 s. */
  FederatedClientBuilder closingPatience(Duration patience) {
    this.closingPatience = patience;
    return this;
  }

  /** Told of progress and outcomes. */
  public FederatedClientBuilder listener(ParticipationListener newListener) {
    this.listener = newListener;
    return this;
  }

  /**
   * Opens the device's state and makes the client; nothing is sent yet.
   *
   * @throws IllegalStateException when something required is missing
   * @throws SessionStoreException when the state directory is in use, cannot be read or written, or
   *     belongs to another population
   */
  public FederatedClient build() {
    URI address = require(coordinator, "coordinator(URI)");
    PopulationName members = require(population, "population(String)");
    Path directory = require(stateDirectory, "stateDirectory(Path)");
    LocalTrainer ownTrainer = require(trainer, "examples(Supplier) or trainer(LocalTrainer)");
    Transport ownTransport = transport == null ? HttpTransport.to(address) : transport;
    SessionStore store = sessionStore == null ? FileSessionStore.open(directory) : sessionStore;
    try {
      var surroundings =
          new Surroundings(
              enrolmentToken,
              modelFolder(directory),
              maximumModelBytes,
              attributes,
              ownTrainer,
              conditions,
              eligibility,
              privacy,
              plainAllowed,
              randomness,
              schedule,
              clock,
              listener);
      return new FederatedClient(
          surroundings,
          session(store, address, members),
          store,
          ownTransport,
          transport == null,
          closingPatience);
    } catch (RuntimeException broken) {
      store.close();
      if (transport == null) {
        ownTransport.close();
      }
      throw broken;
    }
  }

  private static DeviceSession session(SessionStore store, URI address, PopulationName members) {
    DeviceSession session = store.load().orElseGet(() -> DeviceSession.fresh(address, members));
    if (!session.population().equals(members)) {
      throw new SessionStoreException(
          "the state directory belongs to population "
              + session.population()
              + ", not to "
              + members
              + ": use another directory for another population");
    }
    // A coordinator may move; one that does not know this device says so, and then the same key
    // enrols there.
    return session.at(address);
  }

  private static Path modelFolder(Path directory) {
    Path folder = directory.resolve("models");
    try {
      OwnerOnly.createFolder(directory);
      OwnerOnly.createFolder(folder);
      return folder;
    } catch (IOException failure) {
      throw new SessionStoreException(
          "the folder " + folder + " cannot be made: " + failure, failure);
    }
  }

  private static <T> T require(@Nullable T value, String method) {
    if (value == null) {
      throw new IllegalStateException("a federated client needs " + method);
    }
    return value;
  }
}
