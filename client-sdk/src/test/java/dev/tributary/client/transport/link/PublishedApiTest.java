package dev.tributary.client.transport.link;

import static dev.tributary.client.testing.ModelRepository.NOW;
import static dev.tributary.client.testing.ModelRepository.POPULATION;
import static dev.tributary.client.testing.ModelRepository.model;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.DeviceId;
import dev.tributary.aggregation.protocol.SdkVersion;
import dev.tributary.aggregation.publish.ChannelName;
import dev.tributary.aggregation.publish.FileDigest;
import dev.tributary.client.model.ModelStore;
import dev.tributary.client.model.ModelStoreSettings;
import dev.tributary.client.model.UpdateCause;
import dev.tributary.client.model.UpdateOutcome;
import dev.tributary.client.model.artifact.DeltaDecoder;
import dev.tributary.client.model.artifact.ModelUser;
import dev.tributary.client.model.artifact.SafetensorsLoader;
import dev.tributary.client.session.DeviceClock;
import dev.tributary.client.testing.HttpCall;
import dev.tributary.client.testing.HttpReply;
import dev.tributary.client.testing.ModelRepository;
import dev.tributary.client.testing.StubCoordinator;
import dev.tributary.client.transport.HttpTransport;
import dev.tributary.security.identity.BearerToken;
import dev.tributary.security.identity.DeviceKeyPair;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Published files over HTTP. */
@Timeout(60)
class PublishedApiTest {

  private static final byte[] MODEL = model(1);

  @TempDir Path folder;
  private final ModelRepository repository = new ModelRepository();
  private final List<HttpCall> calls = new CopyOnWriteArrayList<>();
  private StubCoordinator coordinator;
  private HttpTransport transport;
  private CoordinatorLink link;

  @BeforeEach
  void enrol() throws Exception {
    coordinator = new StubCoordinator();
    transport = HttpTransport.to(coordinator.uri());
    link =
        new CoordinatorLink(
            transport, DeviceKeyPair.generate(new SecureRandom()), DeviceClock.system());
    link.enrol(
        StubCoordinator.POPULATION,
        BearerToken.of(coordinator.enrolmentToken()),
        new SdkVersion(0, 1, 0));
    repository.release(repository.version(MODEL));
    coordinator.before(this::published);
  }

  @AfterEach
  void stop() throws IOException {
    transport.close();
    coordinator.close();
  }

  private Optional<HttpReply> published(HttpCall call) {
    byte[] file = null;
    if (call.path().startsWith("/v1/metadata/")) {
      file = repository.metadata.get(call.path().substring("/v1/metadata/".length()));
    } else if (call.path().startsWith("/v1/targets/")) {
      file = repository.targets.get(call.path().substring("/v1/targets/".length()));
    } else {
      return Optional.empty();
    }
    calls.add(call);
    return Optional.of(
        file == null
            ? HttpReply.of(404, Map.of(), new byte[0])
            : HttpReply.of(200, Map.of(), file));
  }

  private ModelStore store() throws IOException {
    return ModelStore.open(
        new ModelStoreSettings(
            folder,
            ModelRepository.shippedRoot(),
            POPULATION,
            ChannelName.STABLE,
            new DeviceId("0123456789abcdef0123456789abcdef"),
            1 << 20),
        link,
        new SafetensorsLoader(),
        DeltaDecoder.NONE);
  }

  @Test
  void model_comesFromTheCoordinator() throws Exception {
    ModelStore store = store();
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.Switched.class);
    assertThat(store.current().orElseThrow().path()).hasBinaryContent(MODEL);
    assertThat(calls).allMatch(call -> call.header("authorization").isPresent());
  }

  @Test
  void brokenModel_goesOnWhereItBrokeOff() throws Exception {
    String path = "/v1/targets/" + FileDigest.of(MODEL);
    byte[] half = Arrays.copyOf(MODEL, MODEL.length / 2);
    coordinator.before(
        call ->
            call.path().equals(path)
                ? Optional.of(HttpReply.truncated(200, Map.of(), half, MODEL.length))
                : published(call));
    ModelStore store = store();
    assertThat(store.refresh(NOW, ModelUser.NONE))
        .isInstanceOfSatisfying(
            UpdateOutcome.Kept.class,
            kept -> assertThat(kept.cause()).isEqualTo(UpdateCause.UNREACHABLE));

    byte[] rest = Arrays.copyOfRange(MODEL, half.length, MODEL.length);
    coordinator.before(
        call -> {
          if (!call.path().equals(path)) {
            return published(call);
          }
          assertThat(call.header("range")).contains("bytes=" + half.length + "-");
          assertThat(call.header("if-range")).contains("\"" + FileDigest.of(MODEL) + "\"");
          return Optional.of(
              HttpReply.of(
                  206,
                  Map.of("Content-Range", "bytes " + half.length + "-/" + MODEL.length),
                  rest));
        });
    assertThat(store.refresh(NOW, ModelUser.NONE)).isInstanceOf(UpdateOutcome.Switched.class);
    assertThat(store.current().orElseThrow().path()).hasBinaryContent(MODEL);
  }

  @Test
  void missingMetadata_isNone_andOtherRefusalsAreRefusals() throws Exception {
    assertThat(link.metadata("7.root.json", 100)).isEmpty();
    coordinator.before(call -> Optional.of(HttpReply.of(503, Map.of(), new byte[0])));
    assertThatThrownBy(() -> link.metadata("7.root.json", 100))
        .isInstanceOf(CoordinatorException.class);
  }

  /** The verifier is to see that it is too long, and no more of it than that. */
  @Test
  void endlessMetadata_isCutOneByteBeyondWhatItMayHave() throws Exception {
    repository.metadata.put("timestamp.json", new byte[1 << 20]);
    assertThat(link.metadata("timestamp.json", 100).orElseThrow()).hasSize(101);
    repository.metadata.put("timestamp.json", new byte[100]);
    assertThat(link.metadata("timestamp.json", 100).orElseThrow()).hasSize(100);
    repository.metadata.put("timestamp.json", new byte[0]);
    assertThat(link.metadata("timestamp.json", 100).orElseThrow()).isEmpty();
  }
}
