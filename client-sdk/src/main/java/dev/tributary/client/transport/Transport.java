package dev.tributary.client.transport;

import java.io.IOException;

/**
 * Moves one request to the coordinator and streams its response back. An SPI: {@link HttpTransport}
 * is the default; a device that must use another HTTP stack replaces only this.
 *
 * <p>A transport knows nothing of the protocol: paths, resuming, digests, sessions and limits are
 * decided above it. Instances are used by many threads at once.
 */
public interface Transport extends AutoCloseable {

  /**
   * Sends {@code request} and hands the response to {@code receiver}: once its head, then its body
   * in order. Returns after the last byte of the body; the receiver is never called again after
   * this method returned or threw.
   *
   * @throws IOException when the coordinator cannot be reached, the connection breaks before the
   *     body's declared end, one of the request's time limits passes, or the receiver refused what
   *     it was given
   * @throws InterruptedException when the calling thread is interrupted; the exchange is then cut
   *     off
   */
  void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException;

  /** Breaks open exchanges off and frees threads and connections. */
  @Override
  void close();
}
