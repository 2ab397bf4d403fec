package dev.tributary.aggregation.mask.keystream;

import dev.tributary.security.prg.AesCtrKeystream;
import java.util.ArrayList;
import java.util.List;

/**
 * The ciphers of one worker, one for each mask of a group: made when first asked for, kept, and
 * used again under other keys. For one thread at a time.
 */
final class KeystreamBank {

  private final List<AesCtrKeystream> streams = new ArrayList<>();

  /** Streams from this one on hold no key. */
  private int used;

  /**
   * A stream, to be sent to its place by a {@code seek} before anything is read from it.
   *
   * @param index at most one more than any index before
   */
  AesCtrKeystream at(int index) {
    if (index == streams.size()) {
      streams.add(new AesCtrKeystream());
    }
    used = Math.max(used, index + 1);
    return streams.get(index);
  }

  /** Overwrites all keys that the ciphers hold. */
  void forgetKeys() {
    for (int i = 0; i < used; i++) {
      streams.get(i).forgetKey();
    }
    used = 0;
  }
}
