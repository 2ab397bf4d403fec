package dev.tributary.simulations.chaos.device;

import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import dev.tributary.simulations.chaos.door.Request;
import dev.tributary.simulations.chaos.time.Strand;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;

/** The SDK's transport on a strand: an exchange parks it until the network has an answer. */
record StrandTransport(int device, Outbox outbox, Strand strand) implements Transport {

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver) throws IOException {
    var body = request.body();
    var sent =
        Request.of(
            request.method(),
            request.path(),
            request.headers(),
            Arrays.copyOfRange(body.buffer(), body.offset(), body.offset() + body.lengthBytes()));
    var answer = new AtomicReference<Reply>(new Reply.Broken("nothing came"));
    outbox.send(
        device,
        sent,
        request.idleTimeout(),
        reply -> {
          answer.set(reply);
          strand.resume();
        });
    strand.park();
    receive(answer.get(), receiver);
  }

  private static void receive(Reply reply, ResponseReceiver receiver) throws IOException {
    switch (reply) {
      case Reply.Broken broken -> throw new IOException(broken.why());
      case Reply.Answered(var response, int bodyBytes) -> {
        receiver.started(new ResponseHead(response.status(), response.headers()));
        byte[] body = response.body().array();
        int arrived = Math.min(body.length, bodyBytes);
        if (arrived > 0) {
          receiver.received(ByteBuffer.wrap(body, 0, arrived));
        }
        if (arrived < body.length) {
          throw new IOException("the connection broke off within the answer");
        }
      }
    }
  }

  @Override
  public void close() {}
}
