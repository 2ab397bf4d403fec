package dev.tributary.aggregation.secagg.device.kept;

import dev.tributary.aggregation.protocol.OpaqueBytes;
import java.util.List;
import java.util.Optional;

/**
 * Whom a device masks with, and what it holds of them.
 *
 * @param devices n
 * @param root of the roster's tree
 * @param index the device's own place
 * @param peers neighbours whose shares came, ascending: the device has a mask with each
 * @param held shares of those whose box was good
 */
public record Peers(
    int devices, OpaqueBytes root, int index, List<Integer> peers, List<SharePair> held) {

  public Peers {
    peers = List.copyOf(peers);
    held = List.copyOf(held);
  }

  public Optional<SharePair> heldOf(int peer) {
    return held.stream().filter(pair -> pair.dealer() == peer).findFirst();
  }

  public void destroy() {
    held.forEach(SharePair::destroy);
  }

  public void write(StepWriter out) {
    out.number(devices)
        .bytes(root)
        .number(index)
        .each(peers, StepWriter::number)
        .each(held, (w, pair) -> pair.write(w));
  }

  public static Peers read(StepReader in) {
    return new Peers(
        in.number(),
        in.bytes(),
        in.number(),
        in.each(StepReader::number),
        in.each(SharePair::read));
  }
}
