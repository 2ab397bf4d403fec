package dev.tributary.security.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class X25519KeyExchangeTest {

  private static final byte[] NO_COINS = {};
  private static final byte[] NO_ENCAPSULATION = {};

  private final X25519KeyExchange own = new X25519KeyExchange(bytes(7));
  private final byte[] peer = new X25519KeyExchange(bytes(8)).publicKey();
  private final byte[] smallOrder = new byte[X25519KeyExchange.KEY_LENGTH_BYTES];

  /** Whoever did not look at the keys before is told when it comes to use one, as without. */
  @Test
  void pointOfSmallOrder_isRefusedAtItsUse_andHarmsNoOther() {
    byte[] expected = X25519KeyExchange.agree(bytes(7), peer);

    own.prepare(List.of(smallOrder, peer, smallOrder.clone()));

    assertThat(own.offer(peer, NO_COINS).secret()).isEqualTo(expected);
    for (int time = 0; time < 2; time++) {
      assertThatIllegalArgumentException().isThrownBy(() -> own.offer(smallOrder, NO_COINS));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> own.accept(smallOrder, NO_ENCAPSULATION))
          .withMessageContaining("full order");
    }
  }

  /** Zeros for a private key give another secret than the one that was prepared. */
  @Test
  void destroyed_itHasNoPreparedSecretLeft() {
    byte[] secret = X25519KeyExchange.agree(bytes(7), peer);
    own.prepare(List.of(peer));

    own.destroy();

    assertThat(own.offer(peer, NO_COINS).secret())
        .isNotEqualTo(secret)
        .isEqualTo(X25519KeyExchange.agree(bytes(0), peer));
  }

  private static byte[] bytes(int value) {
    byte[] bytes = new byte[X25519KeyExchange.KEY_LENGTH_BYTES];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }
}
