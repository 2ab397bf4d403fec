package dev.tributary.coordinator.http;

import java.time.Duration;

/**
 * The most a request may take, whoever sends it.
 *
 * @param requestLineBytes longest request line; above it 414
 * @param headerBytes longest set of headers; above it 431
 * @param messageBytes longest device message; above it 413
 * @param documentBytes longest operator document; above it 413
 * @param head from the accepted connection to the end of its first request's headers; above it the
 *     connection closes
 * @param body from a message's headers to its end; above it 408
 * @param idle a connection with no request under way; above it the connection closes
 * @param slowestBytesPerSecond an upload or download slower than this, averaged, is cut off
 * @param slowStart what a transfer is given on top, so that a short stall is forgiven
 * @param longestWait a device may ask to be answered later, up to this
 */
public record RequestLimits(
    int requestLineBytes,
    int headerBytes,
    int messageBytes,
    int documentBytes,
    Duration head,
    Duration body,
    Duration idle,
    int slowestBytesPerSecond,
    Duration slowStart,
    Duration longestWait) {

  /** The longest a transfer of {@code bytes} may last. */
  public Duration transferTime(long bytes) {
    return slowStart.plusMillis(
        Math.ceilDiv(Math.multiplyExact(bytes, 1000L), slowestBytesPerSecond));
  }
}
