package dev.tributary.aggregation.runtime.pytorch;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;

/**
 * PyTorch's settings of the calling thread for the length of a call. One native thread, which stays
 * so (the order of a parallel sum would change its bits); and whether operations are recorded for
 * gradients, which is put back on close (new threads start with true).
 *
 * <p>This is also the gradient collector: DJL's own is one for the whole JVM and refuses a second
 * thread, although PyTorch records gradients for each thread by itself.
 */
final class NativeThread implements AutoCloseable {
  private final boolean recordingBefore;

  private NativeThread(boolean recordingBefore) {
    this.recordingBefore = recordingBefore;
  }

  /**
   * Starts PyTorch once in this process: offline, without telemetry, with one thread for each
   * caller.
   */
  static void startEngine() {
    Started.check();
  }

  /** Takes over the settings of the calling thread. */
  static NativeThread enter() {
    JniUtils.setNumThreads(1);
    return new NativeThread(JniUtils.isGradMode());
  }

  /** Switches recording for gradients. */
  void record(boolean recording) {
    JniUtils.setGradMode(recording);
  }

  /**
   * Passes a gradient back through everything recorded since, to the parameters; the record is then
   * gone.
   */
  void backward(PtNDArray values, PtNDArray gradient) {
    JniUtils.backward(values, gradient, false, false);
  }

  @Override
  public void close() {
    JniUtils.setGradMode(recordingBefore);
  }

  /**
   * Holds the started engine: the class initialiser runs once, and its failure is remembered by the
   * JVM.
   */
  private static final class Started {
    private static final Engine ENGINE = start();

    static void check() {
      if (ENGINE.getEngineName().isEmpty()) {
        throw new IllegalStateException("the PyTorch engine has no name");
      }
    }

    private static Engine start() {
      setUnlessSet("ai.djl.offline", "true");
      setUnlessSet("OPT_OUT_TRACKING", "true");
      setUnlessSet("ai.djl.pytorch.num_threads", "1");
      setUnlessSet("ai.djl.pytorch.num_interop_threads", "1");
      try {
        return Engine.getEngine("PyTorch");
      } catch (EngineException failed) {
        throw new IllegalStateException(
            "PyTorch does not start: "
                + failed.getMessage()
                + "; the class path needs ai.djl.pytorch:pytorch-jni and"
                + " ai.djl.pytorch:pytorch-native-cpu for this platform",
            failed);
      }
    }

    private static void setUnlessSet(String property, String value) {
      if (System.getProperty(property) == null) {
        System.setProperty(property, value);
      }
    }
  }
}
