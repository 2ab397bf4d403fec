package dev.tributary.client.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Takes one response as it arrives. Called by one thread at a time, possibly not the one that
 * asked. Throwing from either method ends the exchange: that is how a receiver bounds what a
 * coordinator can send.
 */
public interface ResponseReceiver {

  /** The status line and headers have arrived; exactly one call, before any byte of the body. */
  void started(ResponseHead head) throws IOException;

  /** The next bytes of the body; the buffer is only valid during the call. */
  void received(ByteBuffer chunk) throws IOException;
}
