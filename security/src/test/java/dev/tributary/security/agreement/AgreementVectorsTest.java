package dev.tributary.security.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.PublishedVectors;
import dev.tributary.security.Sha256;
import dev.tributary.security.secret.InsecureSecretAccess;
import dev.tributary.security.secret.SecretBytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Publishes and checks vectors/agreement.json. */
class AgreementVectorsTest {

  @Test
  void published_isWhatIsComputed() {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put(
        "what",
        "Agreement between an offering and an accepting key pair, see AgreementKeyPair. Long public"
            + " keys and encapsulations stand with their SHA-256.");
    List<Object> agreements = new ArrayList<>();
    for (CipherSuite suite : CipherSuite.values()) {
      for (int i = 0; i < 3; i++) {
        agreements.add(agreement(suite, i));
      }
    }
    document.put("agreements", agreements);
    PublishedVectors.assertPublished("agreement.json", document);
  }

  private static Map<String, Object> agreement(CipherSuite suite, int number) {
    SecretBytes offeringSeed = seed("offering " + number);
    SecretBytes acceptingSeed = seed("accepting " + number);
    AgreementKeyPair offering = AgreementKeyPair.of(suite, offeringSeed);
    AgreementKeyPair accepting = AgreementKeyPair.of(suite, acceptingSeed);
    byte[] context = ("context " + number).getBytes(StandardCharsets.US_ASCII);
    SecretBytes coins = offering.coins(context);
    Offer offer = offering.offer(accepting.publicKey(), coins);
    assertThat(accepting.accept(offering.publicKey(), offer.encapsulation()))
        .isEqualTo(offer.secret());

    Map<String, Object> agreement = new LinkedHashMap<>();
    agreement.put("suite", suite.name().toLowerCase(Locale.ROOT));
    agreement.put("offeringSeed", hex(offeringSeed));
    agreement.put("acceptingSeed", hex(acceptingSeed));
    putLong(agreement, "offeringPublicKey", offering.publicKey().toByteArray());
    putLong(agreement, "acceptingPublicKey", accepting.publicKey().toByteArray());
    agreement.put("coinsContext", HexFormat.of().formatHex(context));
    agreement.put("coins", hex(coins));
    putLong(agreement, "encapsulation", offer.encapsulation());
    agreement.put("secret", hex(offer.secret()));
    return agreement;
  }

  private static void putLong(Map<String, Object> agreement, String name, byte[] bytes) {
    if (bytes.length <= 32) {
      agreement.put(name, HexFormat.of().formatHex(bytes));
    } else {
      agreement.put(name + "Sha256", HexFormat.of().formatHex(Sha256.of(bytes)));
    }
  }

  private static SecretBytes seed(String label) {
    return SecretBytes.random(32, PublishedVectors.repeatable(label));
  }

  private static String hex(SecretBytes secret) {
    return secret.lend(InsecureSecretAccess.get(), HexFormat.of()::formatHex);
  }
}
