package dev.tributary.simulations.world;

import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.LongAdder;

/** A transport that counts the bytes of bodies in both directions. Any thread. */
final class CountingTransport implements Transport {

  private final Transport transport;
  private final LongAdder sent = new LongAdder();
  private final LongAdder received = new LongAdder();

  CountingTransport(Transport transport) {
    this.transport = transport;
  }

  /** Bytes of all request bodies since the last call. */
  long takeSent() {
    return sent.sumThenReset();
  }

  /** Bytes of all response bodies since the last call. */
  long takeReceived() {
    return received.sumThenReset();
  }

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    sent.add(request.body().lengthBytes());
    transport.exchange(
        request,
        new ResponseReceiver() {
          @Override
          public void started(ResponseHead head) throws IOException {
            receiver.started(head);
          }

          @Override
          public void received(ByteBuffer chunk) throws IOException {
            received.add(chunk.remaining());
            receiver.received(chunk);
          }
        });
  }

  @Override
  public void close() {
    transport.close();
  }
}
