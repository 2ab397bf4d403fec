package dev.tributary.client.testing;

import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;

/** What goes wrong between one device and its coordinator. */
public final class Fault {

  /** What a device's process dies of in a test. */
  public static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  private Fault() {}

  private interface Exchange {
    void run(TransportRequest request, ResponseReceiver receiver)
        throws IOException, InterruptedException;
  }

  /** The process dies before it can send such a request. */
  public static Transport killedBefore(String methodAndStep, Transport inner) {
    return over(
        inner,
        methodAndStep,
        (request, receiver) -> {
          throw new Killed();
        });
  }

  /** The coordinator has the request, but the process dies before it has the answer. */
  public static Transport killedAfter(String methodAndStep, Transport inner) {
    return over(
        inner,
        methodAndStep,
        (request, receiver) -> {
          inner.exchange(request, receiver);
          throw new Killed();
        });
  }

  /** The first such request is lost, and so is the answer to the second. */
  public static Transport losing(String methodAndStep, Transport inner) {
    int[] count = {0};
    return over(
        inner,
        methodAndStep,
        (request, receiver) -> {
          count[0]++;
          if (count[0] == 1) {
            throw new IOException("the request is lost");
          }
          if (count[0] == 2) {
            inner.exchange(request, new Collecting());
            throw new IOException("the answer is lost");
          }
          inner.exchange(request, receiver);
        });
  }

  /** Somebody changes the answers. */
  public static Transport changing(
      String methodAndStep, Transport inner, UnaryOperator<byte[]> change) {
    return over(
        inner,
        methodAndStep,
        (request, receiver) -> {
          var collected = new Collecting();
          inner.exchange(request, collected);
          receiver.started(collected.head);
          receiver.received(ByteBuffer.wrap(change.apply(collected.body.toByteArray())));
        });
  }

  private static Transport over(Transport inner, String methodAndStep, Exchange exchange) {
    return new Transport() {
      @Override
      public void exchange(TransportRequest request, ResponseReceiver receiver)
          throws IOException, InterruptedException {
        String path = request.path().replaceAll("\\?.*", "");
        String step =
            path.contains("/uploads/") ? "upload" : path.substring(path.lastIndexOf('/') + 1);
        if ((request.method() + " " + step).equals(methodAndStep)) {
          exchange.run(request, receiver);
        } else {
          inner.exchange(request, receiver);
        }
      }

      @Override
      public void close() {}
    };
  }

  private static final class Collecting implements ResponseReceiver {
    private ResponseHead head = new ResponseHead(500, java.util.Map.of());
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
  }
}
