package dev.tributary.client.transport;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Hands a response of the JDK's client to a {@link ResponseReceiver}, one piece at a time, and
 * stops asking for more as soon as the receiver refuses. Called by the HTTP client's threads;
 * {@link #detach} by the waiting one.
 */
final class ResponseRelay implements BodySubscriber<Boolean> {

  private final ResponseReceiver receiver;
  private final ExchangeWatch watch;
  private final CompletableFuture<Boolean> body = new CompletableFuture<>();
  private @Nullable Subscription subscription;
  private @Nullable IOException failure;
  private boolean begun;
  private boolean detached;

  ResponseRelay(ResponseReceiver receiver, ExchangeWatch watch) {
    this.receiver = receiver;
    this.watch = watch;
  }

  synchronized BodySubscriber<Boolean> begin(ResponseInfo info) {
    begun = true;
    watch.touch();
    if (!detached) {
      try {
        receiver.started(new ResponseHead(info.statusCode(), firstValues(info.headers().map())));
      } catch (IOException refused) {
        fail(refused);
      }
    }
    return this;
  }

  private static Map<String, String> firstValues(Map<String, List<String>> headers) {
    var first = new LinkedHashMap<String, String>();
    headers.forEach(
        (name, values) -> {
          if (!values.isEmpty()) {
            first.put(name, values.get(0));
          }
        });
    return first;
  }

  /** Whether the head of a response has come. */
  synchronized boolean hasBegun() {
    return begun;
  }

  /** No call reaches the receiver after this returned. */
  synchronized void detach() {
    detached = true;
  }

  /** What the receiver refused, when it did. */
  synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public CompletionStage<Boolean> getBody() {
    return body;
  }

  @Override
  public synchronized void onSubscribe(Subscription newSubscription) {
    subscription = newSubscription;
    if (failure == null) {
      newSubscription.request(1);
    } else {
      newSubscription.cancel();
    }
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> pieces) {
    watch.touch();
    if (detached || failure != null) {
      return;
    }
    try {
      for (ByteBuffer piece : pieces) {
        receiver.received(piece);
      }
    } catch (IOException refused) {
      fail(refused);
      return;
    }
    if (subscription != null) {
      subscription.request(1);
    }
  }

  private void fail(IOException refused) {
    failure = refused;
    if (subscription != null) {
      subscription.cancel();
    }
    body.completeExceptionally(refused);
  }

  @Override
  public void onError(Throwable broken) {
    body.completeExceptionally(broken);
  }

  @Override
  public void onComplete() {
    body.complete(true);
  }
}
