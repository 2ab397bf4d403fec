package dev.tributary.client.transport;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** A request body that touches its watch whenever the HTTP client takes a piece of it. */
final class WatchedPublisher implements BodyPublisher {

  private final BodyPublisher body;
  private final ExchangeWatch watch;

  WatchedPublisher(BodyPublisher body, ExchangeWatch watch) {
    this.body = body;
    this.watch = watch;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    body.subscribe(
        new Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer piece) {
            watch.touch();
            subscriber.onNext(piece);
          }

          @Override
          public void onError(Throwable failure) {
            subscriber.onError(failure);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
