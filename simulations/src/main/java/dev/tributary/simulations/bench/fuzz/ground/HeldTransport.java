package dev.tributary.simulations.bench.fuzz.ground;

import dev.tributary.client.transport.ResponseReceiver;
import dev.tributary.client.transport.Transport;
import dev.tributary.client.transport.TransportRequest;
import java.io.IOException;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;

/**
 * A device's transport that notes every request, and keeps it back from a step on: the round stands
 * still there, with what the device was about to send as a valid request of that step. Used by the
 * device's thread; {@link #withhold} by any.
 */
final class HeldTransport implements Transport {

  private final Transport inner;
  private final String device;
  private final String heldStep;
  private final Queue<RecordedRequest> recorded;
  private final CountDownLatch reached;
  private volatile boolean withheld;

  /**
   * Holds {@code device} before {@code heldStep}.
   *
   * @param recorded where its requests are noted
   * @param reached is counted down when it gets there
   */
  HeldTransport(
      Transport inner,
      String device,
      String heldStep,
      Queue<RecordedRequest> recorded,
      CountDownLatch reached) {
    this.inner = inner;
    this.device = device;
    this.heldStep = heldStep;
    this.recorded = recorded;
    this.reached = reached;
  }

  @Override
  public void exchange(TransportRequest request, ResponseReceiver receiver)
      throws IOException, InterruptedException {
    var record = RecordedRequest.of(device, request);
    recorded.add(record);
    if (!withheld && record.step().equals(heldStep)) {
      reached.countDown();
      new CountDownLatch(1).await(); // until the device is closed
    }
    if (withheld) {
      throw new IOException("the fuzzer keeps requests back");
    }
    inner.exchange(request, receiver);
  }

  /** Lets nothing through any more. */
  void withhold() {
    withheld = true;
  }

  /** The shared one is closed by its owner. */
  @Override
  public void close() {}
}
