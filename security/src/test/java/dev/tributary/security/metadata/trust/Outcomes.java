package dev.tributary.security.metadata.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.security.metadata.Metadata;
import dev.tributary.security.metadata.SignedMetadata;
import dev.tributary.security.metadata.TargetFile;
import dev.tributary.security.metadata.signing.MetadataSigner;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What tests of updates ask of the last step. */
final class Outcomes {

  private Outcomes() {}

  static TrustedMetadata updated(UpdateStep step) {
    assertThat(step).isInstanceOf(UpdateStep.Updated.class);
    return step.trusted();
  }

  static TargetFile model(UpdateStep step) {
    assertThat(step).isInstanceOf(UpdateStep.Updated.class);
    return ((UpdateStep.Updated) step).targets().find("model").orElseThrow();
  }

  static TargetFile file(String content) {
    return TargetFile.of(content.getBytes(StandardCharsets.UTF_8));
  }

  static TrustRefusal refusal(UpdateStep step) {
    assertThat(step).isInstanceOf(UpdateStep.Refused.class);
    assertThat(((UpdateStep.Refused) step).detail()).isNotBlank();
    return ((UpdateStep.Refused) step).reason();
  }

  static <M extends Metadata> SignedMetadata<M> by(M metadata, MetadataSigner... signers) {
    SignedMetadata<M> file = new SignedMetadata<>(metadata, List.of());
    for (MetadataSigner signer : signers) {
      file = signer.sign(file);
    }
    return file;
  }
}
