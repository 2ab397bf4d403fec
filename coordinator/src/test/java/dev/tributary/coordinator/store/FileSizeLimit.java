package dev.tributary.coordinator.store;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * A disk that is full for large files and has room for small ones: the limit that POSIX puts on the
 * files a process writes ({@code RLIMIT_FSIZE}). A write that would pass it is cut short, and the
 * next one fails with {@code EFBIG}; nobody has to be root for that. It holds for the whole
 * process, so nothing beside the test may write a larger file.
 */
public final class FileSizeLimit {
  private static final int RLIMIT_FSIZE = 1; // on Linux, macOS and the BSDs
  private static final MethodHandle GET = function("getrlimit");
  private static final MethodHandle SET = function("setrlimit");

  /** What is done meanwhile. */
  public interface Work {
    void run() throws Exception;
  }

  private FileSizeLimit() {}

  /** Does the work while no file can grow past this size, then lifts the limit again. */
  public static void during(long bytes, Work work) throws Exception {
    try (var arena = Arena.ofConfined()) {
      var limit = arena.allocate(JAVA_LONG, 2); // struct rlimit: soft, hard
      call(GET, limit);
      long before = limit.getAtIndex(JAVA_LONG, 0);
      limit.setAtIndex(JAVA_LONG, 0, bytes);
      call(SET, limit);
      try {
        work.run();
      } finally {
        limit.setAtIndex(JAVA_LONG, 0, before);
        call(SET, limit);
      }
    }
  }

  private static void call(MethodHandle function, MemorySegment limit) {
    try {
      int failed = (int) function.invokeExact(RLIMIT_FSIZE, limit);
      if (failed != 0) {
        throw new AssertionError(function + " was refused");
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("restricted") // the Java library has no way to limit files
  private static MethodHandle function(String name) {
    var linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().find(name).orElseThrow(),
        FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
  }
}
