package dev.tributary.aggregation.mask.graph;

/** What the coordinator is assumed to do, together with the corrupt devices. */
public enum Adversary {
  /** It follows the protocol and tries to learn from what it sees. */
  SEMI_HONEST {
    @Override
    int leastThreshold(int degree, int corruptNeighbours) {
      return Math.max(LEAST_THRESHOLD, corruptNeighbours + 1);
    }

    @Override
    int stepOver(int deficit) {
      return deficit + 1;
    }
  },

  /**
   * It may send anything, above all different claims to different devices about who dropped out.
   */
  ACTIVE {
    @Override
    int leastThreshold(int degree, int corruptNeighbours) {
      return Math.max(LEAST_THRESHOLD, (corruptNeighbours + degree) / 2 + 1);
    }

    @Override
    int stepOver(int deficit) {
      return 2 * (deficit + 1);
    }
  };

  /** With a threshold of 1 every share would be the secret itself. */
  static final int LEAST_THRESHOLD = 2;

  /**
   * The least threshold t that keeps a device's secrets when {@code corruptNeighbours} of its
   * {@code degree} neighbours give away all their shares.
   *
   * <p>{@code SEMI_HONEST}: the corrupt alone must not reach t. {@code ACTIVE}: each honest
   * neighbour answers with one of its two shares, whichever the coordinator asks it for; both
   * secrets of a device fall if t - corrupt honest neighbours were asked for the one and as many
   * others for the other, that is if 2t &lt;= degree + corrupt. So the least t has 2t &gt; degree +
   * corrupt.
   */
  abstract int leastThreshold(int degree, int corruptNeighbours);

  /**
   * How far the degree must at least grow before the neighbours alive can reach a threshold that
   * they now miss by {@code deficit}: one more neighbour adds at most 1 to those alive, and nothing
   * to the threshold ({@code SEMI_HONEST}) or, every second time, 1 ({@code ACTIVE}).
   *
   * @param deficit threshold - 1 - neighbours alive, at least 0
   */
  abstract int stepOver(int deficit);
}
