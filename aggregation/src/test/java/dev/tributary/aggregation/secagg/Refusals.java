package dev.tributary.aggregation.secagg;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.aggregation.protocol.RejectReason;
import dev.tributary.aggregation.protocol.RejectedException;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** That a device or the coordinator refuses, and for which reason. */
final class Refusals {

  private Refusals() {}

  /** The device refuses. */
  static void assertRefused(RefusalReason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(InstanceOfAssertFactories.type(SessionRefusedException.class))
        .extracting(SessionRefusedException::reason)
        .isEqualTo(reason);
  }

  /** The coordinator refuses. */
  static void assertRejected(RejectReason reason, ThrowingCallable call) {
    assertThatThrownBy(call)
        .asInstanceOf(InstanceOfAssertFactories.type(RejectedException.class))
        .extracting(RejectedException::reason)
        .isEqualTo(reason);
  }
}
