package dev.tributary.simulations.bench.secagg;

import dev.tributary.security.agreement.AgreementKeyPair;
import dev.tributary.security.agreement.AgreementPublicKey;
import dev.tributary.security.agreement.CipherSuite;
import dev.tributary.security.prg.AesCtrKeystream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * What nothing can be faster than: the generator of masks without adding them anywhere, and the
 * agreement of the suite without anything around it. Both per core, while all cores that unmasking
 * uses are at it: two threads of one core each have half of it. Counted by the time of the core, so
 * that other processes do not lower the bound; a figure is the best slice so far, as in STREAM. For
 * one thread at a time.
 */
final class Speeds {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int SLICES = 3;
  private static final long SLICE_NANOS = 200_000_000;
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final int CALLS = 16;

  /** With whom one key agrees at once. */
  private static final int PEERS = 80;

  private final Crew crew;
  private final CipherSuite suite;
  private final SecureRandom random = new SecureRandom();
  private double generatorBytesPerSecond;
  private double agreementsPerSecond;

  Speeds(Crew crew, CipherSuite suite) {
    this.crew = crew;
    this.suite = suite;
  }

  /** Measures for a second or two. */
  void measure() throws Exception {
    for (int slice = 0; slice < SLICES; slice++) {
      generatorBytesPerSecond = Math.max(generatorBytesPerSecond, perCore(this::generate));
      agreementsPerSecond = Math.max(agreementsPerSecond, perCore(this::agree));
    }
  }

  /** Of one core. */
  double generatorBytesPerSecond() {
    return generatorBytesPerSecond;
  }

  /** Of one core. */
  double agreementsPerSecond() {
    return agreementsPerSecond;
  }

  private double perCore(Callable<Double> work) throws Exception {
    return crew.all(Collections.nCopies(crew.threads(), work)).stream()
        .mapToDouble(Double::doubleValue)
        .average()
        .orElseThrow();
  }

  private double generate() {
    byte[] key = new byte[suite.streamCipher().keyLengthBytes()];
    random.nextBytes(key);
    byte[] chunk = new byte[CHUNK_BYTES];
    var stream = new AesCtrKeystream();
    stream.seek(key, 0);
    long bytes = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    while (THREADS.getCurrentThreadCpuTime() - start < SLICE_NANOS) {
      for (int i = 0; i < CALLS; i++) {
        stream.fill(chunk, 0, CHUNK_BYTES);
      }
      bytes += (long) CALLS * CHUNK_BYTES;
    }
    double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    return bytes / seconds;
  }

  /** Offers and accepts by turns, as in the recovery of masks, and never with one peer both. */
  private double agree() {
    AgreementKeyPair own = AgreementKeyPair.generate(suite, random);
    byte[] context = new byte[Long.BYTES];
    List<AgreementPublicKey> peers = new ArrayList<>();
    List<byte[]> encapsulations = new ArrayList<>(); // of those that offer, which are the even ones
    for (int i = 0; i < PEERS; i++) {
      AgreementKeyPair peer = AgreementKeyPair.generate(suite, random);
      peers.add(peer.publicKey());
      encapsulations.add(peer.offer(own.publicKey(), context).encapsulation());
      peer.destroy();
    }
    long count = 0;
    long start = THREADS.getCurrentThreadCpuTime();
    while (THREADS.getCurrentThreadCpuTime() - start < SLICE_NANOS) {
      own.prepare(peers);
      for (int i = 0; i < PEERS; i++) {
        if (i % 2 == 0) {
          own.accept(peers.get(i), encapsulations.get(i)).destroy();
        } else {
          own.offer(peers.get(i), context).secret().destroy();
        }
      }
      count += PEERS;
    }
    double seconds = (THREADS.getCurrentThreadCpuTime() - start) / 1e9;
    own.destroy();
    return count / seconds;
  }
}
