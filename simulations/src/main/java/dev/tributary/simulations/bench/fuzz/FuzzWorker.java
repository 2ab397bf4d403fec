package dev.tributary.simulations.bench.fuzz;

import dev.tributary.simulations.bench.fuzz.Fault.Kind;
import dev.tributary.simulations.bench.fuzz.ground.Corpus;
import dev.tributary.simulations.bench.fuzz.ground.Seed;
import dev.tributary.simulations.bench.fuzz.mutate.Choices;
import dev.tributary.simulations.bench.fuzz.mutate.Delivery;
import dev.tributary.simulations.bench.fuzz.mutate.RawRequest;
import dev.tributary.simulations.bench.fuzz.mutate.RequestMutator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and judges the answers until none is left to send: those that may share a
 * connection several at a time, the others each on its own. One thread.
 */
final class FuzzWorker implements Callable<Void> {

  private static final int MOST_IN_FLIGHT = 32;
  private static final int MOST_BYTES_IN_FLIGHT = 96 * 1024;
  private static final int LEFT_OPEN_ONE_IN = 200;

  private final Work work;
  private final RequestMutator mutator;
  private final Deque<Numbered> batch = new ArrayDeque<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private @Nullable RawConnection connection;

  /**
   * What is to be done, shared by all workers.
   *
   * @param next the number of the next request
   * @param end the number after the last one
   * @param deadline for each answer
   */
  record Work(
      InetSocketAddress coordinator,
      Corpus corpus,
      long seed,
      AtomicLong next,
      long end,
      Duration deadline,
      FuzzTally tally) {}

  private record Numbered(long index, RawRequest request) {}

  FuzzWorker(Work work, RequestMutator mutator) {
    this.work = work;
    this.mutator = mutator;
  }

  @Override
  public Void call() {
    long index = work.next().getAndIncrement();
    while (index < work.end()) {
      Choices choices = Choices.of(work.seed(), index);
      Seed valid = work.corpus().pick(choices);
      take(index, mutator.mutate(valid.request(), valid.movesRounds(), choices), choices);
      index = work.next().getAndIncrement();
    }
    flush();
    drop();
    return null;
  }

  private void take(long index, RawRequest request, Choices choices) {
    if (request.delivery() != Delivery.PIPELINED || request.target().contains("/events")) {
      alone(new Numbered(index, request), choices.oneIn(LEFT_OPEN_ONE_IN));
      return;
    }
    batch.add(new Numbered(index, request));
    bytes.writeBytes(request.bytes());
    if (batch.size() >= MOST_IN_FLIGHT || bytes.size() >= MOST_BYTES_IN_FLIGHT) {
      flush();
    }
  }

  /** Sends the batch at once and reads its answers; what a lost connection has left is repeated. */
  private void flush() {
    byte[] all = bytes.toByteArray();
    bytes.reset();
    if (batch.isEmpty()) {
      return;
    }
    int answered = 0;
    try {
      RawConnection open = opened();
      open.send(all);
      while (!batch.isEmpty()) {
        Optional<RawAnswer> answer = open.answerTo(batch.getFirst().request());
        if (answer.isEmpty()) {
          break;
        }
        answered++;
        judged(batch.removeFirst(), answer.get());
        if (!answer.get().goesOn()) {
          break;
        }
      }
    } catch (SocketTimeoutException e) {
      hung(batch.removeFirst());
    } catch (IOException e) { // the connection has broken: by which request is seen when repeated
      drop();
    }
    if (!batch.isEmpty()) {
      drop();
      repeat(answered);
    }
  }

  private void repeat(int answered) {
    if (answered == 0) { // or the same would happen for ever
      alone(batch.removeFirst(), true);
    }
    batch.forEach(left -> bytes.writeBytes(left.request().bytes()));
    flush();
  }

  /**
   * Sends one request on a connection of its own.
   *
   * @param leftOpen whether to wait for an answer also to what may not be whole
   */
  private void alone(Numbered numbered, boolean leftOpen) {
    RawRequest request = numbered.request();
    try (RawConnection own = RawConnection.open(work.coordinator(), work.deadline())) {
      own.send(request.bytes());
      if (request.delivery() == Delivery.CUT_OFF && !leftOpen) {
        own.end();
      }
      Optional<RawAnswer> answer = own.answerTo(request);
      if (answer.isPresent()) {
        judged(numbered, answer.get());
      } else {
        silent(numbered);
      }
    } catch (SocketTimeoutException e) {
      hung(numbered);
    } catch (AnswerReader.NotHttpException e) {
      work.tally().unanswered();
      work.tally().fault(numbered.index(), request, new Fault(Kind.UNDECLARED, message(e)));
    } catch (IOException e) {
      silent(numbered);
    }
  }

  private void judged(Numbered numbered, RawAnswer answer) {
    work.tally().answered(answer.status());
    AnswerJudge.fault(numbered.request(), answer)
        .ifPresent(fault -> work.tally().fault(numbered.index(), numbered.request(), fault));
  }

  private void silent(Numbered numbered) {
    work.tally().unanswered();
    AnswerJudge.silence(numbered.request())
        .ifPresent(fault -> work.tally().fault(numbered.index(), numbered.request(), fault));
  }

  private void hung(Numbered numbered) {
    drop();
    work.tally().unanswered();
    Fault fault = new Fault(Kind.HANG, "no answer within " + work.deadline().toSeconds() + " s");
    work.tally().fault(numbered.index(), numbered.request(), fault);
  }

  private static String message(IOException e) {
    return String.valueOf(e.getMessage());
  }

  private RawConnection opened() throws IOException {
    RawConnection open = connection;
    if (open == null) {
      open = RawConnection.open(work.coordinator(), work.deadline());
      connection = open;
    }
    return open;
  }

  private void drop() {
    RawConnection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        return; // it is gone, which is what was wanted
      }
    }
  }
}
