package dev.tributary.simulations.bench.fuzz.mutate;

import java.util.List;

/**
 * Makes the {@code n}-th request out of a valid one: one or more mutations of its line, headers and
 * body; a few are left as they are. Immutable; any thread.
 */
public final class RequestMutator {

  private static final int UNCHANGED_ONE_IN = 20;

  private final LineMutator lines;
  private final HeaderMutator headers;
  private final BodyMutator bodies;
  private final DocumentMutator documents;

  /**
   * Splices with what is valid elsewhere.
   *
   * @param targets of all routes
   * @param tokens values of {@code Authorization} of all known callers
   * @param bodies of all kinds
   */
  public RequestMutator(List<String> targets, List<String> tokens, List<byte[]> bodies) {
    this.lines = new LineMutator(List.copyOf(targets));
    this.headers = new HeaderMutator(List.copyOf(tokens));
    this.bodies = new BodyMutator(List.copyOf(bodies));
    this.documents = new DocumentMutator(this.bodies);
  }

  /**
   * Mutates {@code valid}.
   *
   * @param movesRounds as it is, it would move a round on: its body is broken in any case
   */
  public RawRequest mutate(RawRequest valid, boolean movesRounds, Choices choices) {
    RawRequest request = valid;
    if (movesRounds) {
      request = withBrokenBody(request, choices);
    } else if (choices.oneIn(UNCHANGED_ONE_IN)) {
      return request;
    }
    for (int left = choices.size(2); left > 0; left--) {
      request = once(request, choices);
    }
    return request;
  }

  private RawRequest once(RawRequest request, Choices choices) {
    int kind = choices.below(10);
    if (kind < 5 && !request.has("Transfer-Encoding")) {
      return request.body().length > 0
          ? withBrokenBody(request, choices)
          : headerOrLine(request, choices);
    }
    return kind < 8 ? headers.mutate(request, choices) : lines.mutate(request, choices);
  }

  private RawRequest headerOrLine(RawRequest request, Choices choices) {
    return switch (choices.below(5)) {
      case 0 -> bodyAdded(request, choices);
      case 1, 2 -> lines.mutate(request, choices);
      default -> headers.mutate(request, choices);
    };
  }

  /** A body where none belongs. */
  private RawRequest bodyAdded(RawRequest request, Choices choices) {
    return request.withBody(bodies.mutate(new byte[] {8, 1}, choices));
  }

  private RawRequest withBrokenBody(RawRequest request, Choices choices) {
    byte[] body = request.body();
    boolean document = body.length > 0 && body[0] == '{';
    return request.withBody(
        document ? documents.mutate(body, choices) : bodies.mutate(body, choices));
  }
}
