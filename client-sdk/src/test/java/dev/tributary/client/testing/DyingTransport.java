package dev.tributary.client.testing;

import dev.tributary.client.transport.RequestBody;
import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;

/** The network of a device whose process dies at its n-th request, whatever that asks. */
public final class DyingTransport implements Transport {

  /** How far that request comes. */
  public enum Moment {
    BEFORE,
    /** Half of an upload arrives; other requests arrive as a whole or not at all. */
    HALF_SENT,
    /** The coordinator has answered, and half of the answer arrives. */
    HALF_ANSWERED,
    AFTER
  }

  private final Transport inner;
  private final Moment moment;
  private final int deathAt;
  private int requests;

  public DyingTransport(Transport inner, Moment moment, int deathAt) {
    this.inner = inner;
    this.moment = moment;
    this.deathAt = deathAt;
  }

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    if (requests++ != deathAt) {
      inner.exchange(request, receiver);
      return;
    }
    switch (moment) {
      case BEFORE -> {}
      case HALF_SENT -> sendHalf(request);
      case HALF_ANSWERED -> receiveHalf(request, receiver);
      case AFTER -> inner.exchange(request, receiver);
    }
    throw new Fault.Killed();
  }

  private void sendHalf(TransportRequest request) throws IOException, InterruptedException {
    if (request.method().equals("PUT")) {
      RequestBody whole = request.body();
      byte[] half =
          Arrays.copyOfRange(
              whole.buffer(), whole.offset(), whole.offset() + whole.lengthBytes() / 2);
      inner.exchange(
          new TransportRequest(
              request.method(),
              request.path(),
              request.headers(),
              RequestBody.of(half),
              request.idleTimeout(),
              request.totalTimeout()),
          new Whole());
    }
  }

  private void receiveHalf(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    var whole = new Whole();
    inner.exchange(request, whole);
    whole.passHalfOn(receiver);
  }

  /** A whole answer, of which half can be passed on. */
  static final class Whole implements ResponseReceiver {
    private ResponseHead head = new ResponseHead(500, Map.of());
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    @Override
    public void started(ResponseHead newHead) {
      head = newHead;
    }

    @Override
    public void received(ByteBuffer chunk) {
      byte[] bytes = new byte[chunk.remaining()];
      chunk.get(bytes);
      body.writeBytes(bytes);
    }

    void passHalfOn(ResponseReceiver receiver) throws IOException {
      receiver.started(head);
      receiver.received(ByteBuffer.wrap(body.toByteArray(), 0, body.size() / 2));
    }
  }

  @Override
  public void close() {}
}
