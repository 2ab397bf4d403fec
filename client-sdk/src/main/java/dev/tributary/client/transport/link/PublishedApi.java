package dev.tributary.client.transport.link;

import dev.tributary.aggregation.protocol.health.HealthReport;
import dev.tributary.client.transport.RequestBody;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.security.identity.BearerToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/** The part of the device API that serves what was published. Any thread may use it. */
final class PublishedApi {

  private static final int NOT_FOUND = 404;

  private final ApiCalls calls;

  PublishedApi(ApiCalls calls) {
    this.calls = calls;
  }

  Optional<byte[]> metadata(BearerToken token, String file, int maximumBytes)
      throws CoordinatorException, InterruptedException {
    var head = new FirstBytes(maximumBytes + 1);
    try {
      calls.send(request("/v1/metadata/" + file, ApiCalls.authorized(token)), head);
    } catch (RefusedException refused) {
      if (refused.status() == NOT_FOUND) {
        return Optional.empty();
      }
      throw refused;
    } catch (UnreachableException cutOff) {
      // Cut off by ourselves when the file is longer than it may be: that is for the verifier to
      // say, not for the network.
      if (!head.isFull()) {
        throw cutOff;
      }
    }
    return Optional.of(head.bytes());
  }

  void target(BearerToken token, String sha256, long offsetBytes, ResponseReceiver receiver)
      throws CoordinatorException, InterruptedException {
    Map<String, String> headers = ApiCalls.authorized(token);
    if (offsetBytes > 0) {
      headers.put("Range", "bytes=" + offsetBytes + "-");
      headers.put("If-Range", "\"" + sha256 + "\"");
    }
    calls.send(request("/v1/targets/" + sha256, headers), receiver);
  }

  void health(BearerToken token, HealthReport report)
      throws CoordinatorException, InterruptedException {
    calls.post("/v1/health", ApiCalls.authorized(token), report.encode(), 0);
  }

  private static TransportRequest request(String path, Map<String, String> headers) {
    return new TransportRequest(
        "GET", path, headers, RequestBody.EMPTY, ApiCalls.IDLE, ApiCalls.TRANSFER);
  }

  /** Keeps the beginning of a body and ends the exchange when there is more. */
  private static final class FirstBytes implements ResponseReceiver {

    private final int maximumBytes;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

    FirstBytes(int maximumBytes) {
      this.maximumBytes = maximumBytes;
    }

    @Override
    public void started(ResponseHead head) {
      collected.reset();
    }

    @Override
    public void received(ByteBuffer chunk) throws IOException {
      byte[] bytes = new byte[Math.min(chunk.remaining(), maximumBytes - collected.size())];
      chunk.get(bytes);
      collected.writeBytes(bytes);
      if (isFull()) {
        throw new IOException("the file is longer than it may be");
      }
    }

    boolean isFull() {
      return collected.size() == maximumBytes;
    }

    byte[] bytes() {
      return collected.toByteArray();
    }
  }
}
