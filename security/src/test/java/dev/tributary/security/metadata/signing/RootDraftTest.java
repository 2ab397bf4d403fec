package dev.tributary.security.metadata.signing;

import static dev.tributary.security.metadata.MetadataKeys.FAR;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_1;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_2;
import static dev.tributary.security.metadata.MetadataKeys.ROOT_3;
import static dev.tributary.security.metadata.MetadataKeys.TARGETS;
import static dev.tributary.security.metadata.MetadataKeys.firstPlan;
import static dev.tributary.security.metadata.MetadataKeys.firstRoot;
import static dev.tributary.security.metadata.MetadataKeys.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.tributary.security.metadata.MetadataRole;
import dev.tributary.security.metadata.SignedMetadata;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The ceremony: a root goes from one key holder to the next. */
class RootDraftTest {

  @Test
  void firstRoot_isCompleteOnceTheThresholdSigned() throws Exception {
    RootDraft draft = RootDraft.unsigned(firstPlan(), Optional.empty());
    assertThat(draft.missingOwn()).isEqualTo(2);
    assertThat(draft.unsignedBy()).containsExactlyInAnyOrder(ROOT_1.id(), ROOT_2.id(), ROOT_3.id());

    RootDraft one = draft.signedBy(ROOT_2);
    // As a file, to the next holder.
    RootDraft carried = new RootDraft(SignedMetadata.root(one.file().encode()), Optional.empty());
    assertThat(carried.missingOwn()).isEqualTo(1);
    assertThat(carried.isComplete()).isFalse();
    assertThat(carried.signedBy(ROOT_2).missingOwn()).as("the same key again").isEqualTo(1);

    RootDraft two = carried.signedBy(ROOT_3);
    assertThat(two.isComplete()).isTrue();
    assertThat(two.signers()).containsExactlyInAnyOrder(ROOT_2.id(), ROOT_3.id());
    assertThat(two.file().metadata().verifies(two.file())).isTrue();
  }

  @Test
  void rotation_needsOldAndNewKeys() {
    MetadataSigner fourth = signer(4);
    MetadataSigner fifth = signer(5);
    RootPlan plan =
        RootPlan.after(firstRoot().metadata(), FAR)
            .withOnly(MetadataRole.ROOT, List.of(ROOT_3.key(), fourth.key(), fifth.key()));
    RootDraft draft = RootDraft.unsigned(plan, Optional.of(firstRoot()));

    RootDraft byNew = draft.signedBy(fourth).signedBy(fifth);
    assertThat(byNew.missingOwn()).isZero();
    assertThat(byNew.missingPrevious()).isEqualTo(2);
    // A key of both counts for both.
    RootDraft both = byNew.signedBy(ROOT_3);
    assertThat(both.missingPrevious()).isEqualTo(1);
    assertThat(both.signedBy(ROOT_1).isComplete()).isTrue();
  }

  @Test
  void keyOfNeitherRoot_signsNothing() {
    RootDraft draft = RootDraft.unsigned(firstPlan(), Optional.empty());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> draft.signedBy(TARGETS))
        .withMessageContaining("no root key");
    assertThatIllegalArgumentException().isThrownBy(() -> draft.signedBy(signer(9)));
  }

  @Test
  void draft_followsTheRootBefore() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RootDraft(firstRoot(), Optional.of(firstRoot())))
        .withMessageContaining("expected root 0 before it");
    SignedMetadata<dev.tributary.security.metadata.RootMetadata> unsigned =
        new SignedMetadata<>(firstRoot().metadata(), List.of());
    RootPlan plan = RootPlan.after(firstRoot().metadata(), FAR);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RootDraft.unsigned(plan, Optional.of(unsigned)))
        .withMessageContaining("not signed by enough");
  }

  @Test
  void plan_refusesWhatNobodyCouldSignOrEveryoneCould() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> firstPlan().withThreshold(MetadataRole.ROOT, 4).toMetadata())
        .withMessageContaining("threshold");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> firstPlan().without(TARGETS.id()).toMetadata())
        .withMessageContaining("targets");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> firstPlan().with(MetadataRole.TIMESTAMP, ROOT_1.key()).toMetadata())
        .withMessageContaining("signs nothing else");
    assertThat(firstPlan().keys().get(MetadataRole.ROOT)).hasSize(3);
  }
}
