package dev.tributary.client.transport.link;

import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Collects a small response in memory and refuses to collect a large one, declared or not. */
final class BoundedBody implements ResponseReceiver {

  private final int maximumBytes;
  private final ByteArrayOutputStream collected = new ByteArrayOutputStream();
  private @Nullable ResponseHead head;

  /**
   * Bodies of success may have {@code maximumBytes}, those of problems what a problem document may
   * have.
   */
  BoundedBody(int maximumBytes) {
    this.maximumBytes = maximumBytes;
  }

  @Override
  public void started(ResponseHead newHead) {
    head = newHead;
  }

  @Override
  public void received(ByteBuffer chunk) throws IOException {
    int maximum = head().isSuccess() ? maximumBytes : ProblemDocument.MAXIMUM_BYTES;
    if (chunk.remaining() > maximum - collected.size()) {
      throw new IOException(
          "the response is larger than the " + maximum + " bytes that it may have");
    }
    byte[] bytes = new byte[chunk.remaining()];
    chunk.get(bytes);
    collected.writeBytes(bytes);
  }

  ResponseHead head() throws IOException {
    if (head == null) {
      throw new IOException("the transport gave no response");
    }
    return head;
  }

  byte[] bytes() {
    return collected.toByteArray();
  }
}
