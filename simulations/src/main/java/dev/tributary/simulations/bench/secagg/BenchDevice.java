package dev.tributary.simulations.bench.secagg;

import dev.tributary.aggregation.mask.keystream.Mask;
import dev.tributary.aggregation.secagg.device.KeysAdvertised;
import dev.tributary.aggregation.secagg.device.MasksAgreed;
import dev.tributary.aggregation.secagg.device.SessionDevice;
import dev.tributary.aggregation.secagg.device.SharesDealt;
import dev.tributary.aggregation.secagg.device.UpdateSent;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One device of the session: which step it is in, and what of it the benchmark still needs. */
final class BenchDevice {

  final SessionDevice identity;
  @Nullable KeysAdvertised advertised;
  @Nullable SharesDealt dealt;
  @Nullable MasksAgreed agreed;
  @Nullable UpdateSent sent;

  /** The mask against each peer, by the peer's place. */
  final Map<Integer, Mask> pairwise = new TreeMap<>();

  long bytesUp;
  long bytesDown;

  BenchDevice(SessionDevice identity) {
    this.identity = identity;
  }

  static <T> T in(@Nullable T step) {
    if (step == null) {
      throw new IllegalStateException("a device was asked for a step that it is not in");
    }
    return step;
  }

  Mask self() {
    return in(agreed).masks().getFirst();
  }

  /** Whether two devices hold the same mask with opposite signs, so that it cancels. */
  static boolean cancel(Mask one, Mask other) {
    return one.sign() != other.sign() && one.key().equals(other.key());
  }
}
