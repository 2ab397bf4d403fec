package dev.tributary.client.transport.link;

import dev.tributary.client.transport.ResponseHead;
import dev.tributary.client.transport.ResponseReceiver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Hands a successful response on and keeps any other one, bounded, to be read as a problem. */
final class ProblemOr implements ResponseReceiver {

  private final ResponseReceiver wanted;
  private @Nullable BoundedBody problem;

  ProblemOr(ResponseReceiver wanted) {
    this.wanted = wanted;
  }

  @Override
  public void started(ResponseHead head) throws IOException {
    if (head.isSuccess()) {
      wanted.started(head);
    } else {
      problem = new BoundedBody(0);
      problem.started(head);
    }
  }

  @Override
  public void received(ByteBuffer chunk) throws IOException {
    (problem == null ? wanted : problem).received(chunk);
  }

  Optional<ApiCalls.Answer> problem() throws IOException {
    return problem == null
        ? Optional.empty()
        : Optional.of(new ApiCalls.Answer(problem.head(), problem.bytes()));
  }
}
